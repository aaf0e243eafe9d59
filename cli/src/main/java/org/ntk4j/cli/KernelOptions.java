package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.MemoryException;
import org.ntk4j.ntk.MemoryLimit;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.SampledAccuracy;
import org.ntk4j.ntk.TileProgress;
import org.ntk4j.onnx.OnnxModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which kernel of which network.
final class KernelOptions {
  @Mixin private ParameterOptions modelOptions = new ParameterOptions();

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Option(
      names = "--x1",
      paramLabel = "[NAME=]FILE",
      required = true,
      description =
          "Examples of the first side, along axis 0: an .npy file, or FILE.npz:KEY. For several"
              + " inputs once for each, as NAME=FILE.")
  private List<String> x1 = new ArrayList<>();

  @Option(
      names = "--x2",
      paramLabel = "[NAME=]FILE",
      description = "Examples of the second side. Default: those of the first.")
  private List<String> x2 = new ArrayList<>();

  @Mixin private OutputOptions outputs = new OutputOptions();

  @Option(
      names = "--trace",
      paramLabel = "AXES",
      converter = AxisList.Converter.class,
      description =
          "Output axes to average over: -1 (default, unless that is the examples' axis), 0,2, or"
              + " none. 'none' gives the whole kernel, [N1,N2,A,A,..].")
  private Optional<AxisList> trace = Optional.empty();

  @Option(
      names = "--diagonal",
      paramLabel = "AXES",
      defaultValue = "none",
      converter = AxisList.Converter.class,
      description = "Output axes of which only the diagonal is kept: none (default), 1, ..")
  private AxisList diagonal = new AxisList(List.of());

  @Option(
      names = "--implementation",
      paramLabel = "WAY",
      defaultValue = "auto",
      converter = ImplementationConverter.class,
      description =
          "auto (default: the fastest predicted), jacobian-contraction, ntk-vector-products,"
              + " structured-derivatives.")
  private Implementation implementation = Implementation.AUTO;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = MemoryConverter.class,
      description =
          "Most memory to take, with inputs and result: 4g, 512m (powers of 1000), or 50%% of what"
              + " is free. Default: 70%%. A kernel that would take more is computed in tiles.")
  private MemoryLimit memory = MemoryLimit.DEFAULT;

  /// A kernel that can be computed: everything was checked, and nothing has run.
  ///
  /// @param separate makes of it the contributions of each parameter, apart
  /// @param exact the same kernel in `f64`
  record Problem(
      OnnxModel model,
      List<String> outputs,
      Ntk ntk,
      NtkBuilder separate,
      Supplier<Ntk> exact,
      Tree<Tensor> x1,
      Optional<Tree<Tensor>> x2,
      Explanation plan) {
    Problem {
      outputs = List.copyOf(outputs);
    }

    /// How the contributions of each parameter are computed as the kernel is.
    Explanation perParameter() {
      return explain(
          separate.implementation(plan.chosen()).perParameter(true).build(), model, x1, x2);
    }

    /// How far `kernel` is from the same in `f64`, by `count` examples of each side.
    SampledAccuracy accuracy(Kernel kernel, int count) {
      return SampledAccuracy.of(kernel, exact.get(), x1, x2, model.parameters(), count);
    }
  }

  /// Whether the kernel has axes for its examples, as far as the options say.
  boolean keepsExamples() {
    return !trace.map(AxisList::axes).orElse(List.of()).contains(0) && !diagonal.axes().contains(0);
  }

  /// What the kernel is computed on.
  DeviceOptions device() {
    return device;
  }

  boolean hasDiagonal() {
    return !diagonal.axes().isEmpty();
  }

  /// Reads the files, checks all that was given, and plans the NTK.
  ///
  /// @param progress told about tiles
  Problem problem(TileProgress progress) throws IOException {
    device.apply();
    OnnxModel model = modelOptions.read();
    List<String> names = outputs.of(model);
    NtkBuilder builder = builder(model, names).progress(progress);
    Ntk ntk = builder.build();
    ParameterOptions.checkParameters(model);
    Tree<Tensor> first = NetworkInputs.read("--x1", x1, model);
    Optional<Tree<Tensor>> second =
        x2.isEmpty() ? Optional.empty() : Optional.of(NetworkInputs.read("--x2", x2, model));
    Explanation plan = plan(ntk, model, first, second);
    Supplier<Ntk> exact = () -> builder(modelOptions.read(Optional.of(DType.F64)), names).build();
    return new Problem(model, names, ntk, builder, exact, first, second, plan);
  }

  private NtkBuilder builder(OnnxModel model, List<String> names) {
    return Ntk.of(model.network(names))
        .traceAxes(trace.orElseGet(() -> usualTrace(model, names)).toArray())
        .diagonalAxes(diagonal.toArray())
        .implementation(implementation)
        .memory(memory);
  }

  /// The last axis, unless outputs have no other than that of the examples.
  private static AxisList usualTrace(OnnxModel model, List<String> names) {
    boolean flat =
        model.outputs().stream()
            .filter(output -> names.contains(output.name()))
            .allMatch(output -> output.dims().filter(dims -> dims.size() == 1).isPresent());
    return new AxisList(flat ? List.of() : List.of(-1));
  }

  private Explanation plan(
      Ntk ntk, OnnxModel model, Tree<Tensor> first, Optional<Tree<Tensor>> second) {
    try {
      return explain(ntk, model, first, second);
    } catch (MemoryException tooLarge) {
      throw tooLarge;
    } catch (IllegalArgumentException e) {
      String hint = trace.isEmpty() && hasDiagonal() ? "; --trace is -1 if it is not given" : "";
      throw new UsageException(
          String.valueOf(e.getMessage()).replaceFirst("^axes\\.C\\d+: ", "") + hint, e);
    }
  }

  private static Explanation explain(
      Ntk ntk, OnnxModel model, Tree<Tensor> first, Optional<Tree<Tensor>> second) {
    return second.isEmpty()
        ? ntk.explain(Networks.avals(first), Networks.avals(model.parameters()))
        : ntk.explain(
            Networks.avals(first),
            Networks.avals(second.get()),
            Networks.avals(model.parameters()));
  }
}
