package org.ntk4j.cuda.run;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.library.ConvolutionLibrary;
import org.ntk4j.cuda.library.Libraries;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.cuda.library.ProductLibrary;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.Step;

/// The libraries that steps may be done by, where kernels of ours would take longer.
public record StepLibraries(
    Optional<ProductLibrary> products, Optional<ConvolutionLibrary> convolutions) {
  /// Kernels do everything.
  public static final StepLibraries NONE = new StepLibraries(Optional.empty(), Optional.empty());

  private static final Map<Integer, StepLibraries> OPEN = new ConcurrentHashMap<>();

  /// Those that this machine has, which are loaded when they are first asked for: the same for all
  /// that runs on `device`, and as long as that is in use, unless [#close] ends it.
  public static StepLibraries of(Device device) {
    return OPEN.computeIfAbsent(
        device.ordinal(),
        _ -> new StepLibraries(Libraries.products(device), Libraries.convolutions(device)));
  }

  /// Closes those of `device`. No program that was compiled with them may run any more.
  public static void close(Device device) {
    StepLibraries open = OPEN.remove(device.ordinal());
    if (open != null) {
      open.products.ifPresent(ProductLibrary::close);
      open.convolutions.ifPresent(ConvolutionLibrary::close);
    }
  }

  /// Whether a library does `p`.
  public boolean does(MatrixProduct p, Precision precision) {
    return products.flatMap(l -> l.product(p, precision)).isPresent();
  }

  /// How a library does `step`; empty: kernels do.
  Optional<LibraryCall> call(Step step, Precision precision) {
    return switch (step) {
      case Step.Product p -> products.flatMap(l -> l.product(p.product(), precision));
      case Step.Convolution c -> convolutions.flatMap(l -> l.convolution(c, precision));
      case Step.Fill _,
          Step.Loops _,
          Step.Rows _,
          Step.Fused _,
          Step.Evaluate _,
          Step.Scan _,
          Step.While _,
          Step.Branch _ ->
          Optional.empty();
    };
  }
}
