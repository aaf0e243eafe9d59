package org.ntk4j.cuda.run;

import java.util.Optional;
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

  /// Those that this machine has. Loads them.
  public static StepLibraries of(Device device) {
    return new StepLibraries(Libraries.products(device), Libraries.convolutions(device));
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
