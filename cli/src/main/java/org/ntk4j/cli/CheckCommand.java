package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.ntk4j.cli.report.BruteForce;
import org.ntk4j.cli.report.BruteForce.Gradients;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.onnx.OnnxModel;
import org.ntk4j.onnx.TensorInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ntk check`: every implementation against brute force.
@Command(
    name = "check",
    customSynopsis = "ntk check MODEL.onnx --x [NAME=]FILE [OPTION]...",
    description = {
      "Compares the kernels of all implementations with brute force.",
      "The kernel of the first examples is computed by every implementation, in f32 and f64 (or in"
          + " that of --dtype), and by brute force in f64: one reverse pass for each output"
          + " element, and plain loops."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ntk check model.onnx --x x.npy"})
final class CheckCommand extends NetworkCommand {
  /// Examples that are used.
  private static final long EXAMPLES = 3;

  /// Elements of an example's output that are used; of more, as many spread evenly.
  private static final long ELEMENTS = 16;

  private static final double F32_DIFFERENCE = 1e-3;
  private static final double F64_DIFFERENCE = 1e-8;

  /// `AUTO` is one of the others.
  private static final List<Implementation> IMPLEMENTATIONS =
      Stream.of(Implementation.values()).filter(i -> i != Implementation.AUTO).toList();

  @Mixin private ParameterOptions modelOptions = new ParameterOptions();

  @Mixin private DeviceOptions device = new DeviceOptions();

  @Mixin private ExampleOptions x = new ExampleOptions();

  @Mixin private OutputOptions outputs = new OutputOptions();

  /// What came out of one implementation.
  ///
  /// @param problem where it differs, or why it failed; empty if it does neither
  private record Finding(
      Implementation implementation, DType dtype, double difference, String problem) {}

  @Override
  int run(Progress progress) throws IOException {
    device.apply();
    progress.step("reading the network");
    OnnxModel exact = modelOptions.read(Optional.of(DType.F64));
    List<String> names = outputs.of(exact);
    ParameterOptions.checkParameters(exact);
    Network network = fewElements(exact.network(names));
    Tree<Tensor> wide = first(exact, x.read(exact));
    progress.step("brute force");
    Gradients gradients = BruteForce.gradients(network, exact.parameters(), wide, progress::part);
    double[][] expected = gradients.kernel(gradients);
    checkComparable(expected);
    List<Finding> findings = new ArrayList<>();
    for (DType dtype : dtypes()) {
      OnnxModel model = dtype == DType.F64 ? exact : modelOptions.read(Optional.of(dtype));
      Tree<Tensor> inputs = first(model, x.read(model));
      for (Implementation implementation : IMPLEMENTATIONS) {
        progress.step(ImplementationConverter.name(implementation) + " in " + dtype);
        findings.add(
            judge(
                implementation,
                dtype,
                fewElements(model.network(names)),
                model,
                inputs,
                gradients,
                expected));
      }
    }
    boolean ok = findings.stream().allMatch(f -> f.problem().isEmpty());
    result(json(findings, expected.length, ok), () -> text(findings, expected.length, ok));
    return ok ? 0 : Tool.FAILED;
  }

  private static void checkComparable(double[][] expected) {
    if (expected.length == 0) {
      throw new UsageException("--x: there are no examples; expected one or more");
    }
    if (Arrays.stream(expected)
        .flatMapToDouble(Arrays::stream)
        .anyMatch(v -> !Double.isFinite(v))) {
      throw new UsageException(
          "the kernel of the first examples is not finite, by brute force either: there is nothing"
              + " to compare; expected inputs, and a network, with finite values");
    }
  }

  private List<DType> dtypes() {
    return modelOptions.dtype().map(List::of).orElse(List.of(DType.F64, DType.F32));
  }

  /// The first examples of the inputs whose axis 0 counts examples.
  private static Tree<Tensor> first(OnnxModel model, Tree<Tensor> inputs) {
    SequencedMap<String, Tree<Tensor>> few = new LinkedHashMap<>();
    for (TensorInfo input : model.inputs()) {
      Tensor all = inputs.get(input.name()).value();
      boolean counts =
          all.rank() > 0 && input.dims().map(d -> d.getFirst().size().orElse(1) == 1).orElse(true);
      few.put(
          input.name(),
          Tree.of(counts ? all.slice(0, Math.min(EXAMPLES, all.shape().dim(0))) : all));
    }
    return Tree.map(few);
  }

  /// The network with its outputs as `[n, a]`, of few elements `a`.
  private static Network fewElements(Network network) {
    return (params, inputs) -> network.apply(params, inputs).map(CheckCommand::fewElements);
  }

  private static Value fewElements(Value y) {
    long n = y.rank() == 0 ? 1 : y.dim(0);
    long size = n == 0 ? 0 : y.size() / n;
    Value flat = y.reshape(Shape.of(n, size));
    if (size <= ELEMENTS) {
      return flat;
    }
    long[] picked =
        LongStream.range(0, ELEMENTS).map(i -> i * (size - 1) / (ELEMENTS - 1)).toArray();
    return flat.gather(flat.constant(Tensor.of(picked, ELEMENTS)), 1);
  }

  private static Finding judge(
      Implementation implementation,
      DType dtype,
      Network network,
      OnnxModel model,
      Tree<Tensor> inputs,
      Gradients gradients,
      double[][] expected) {
    double allowed = dtype == DType.F64 ? F64_DIFFERENCE : F32_DIFFERENCE;
    try {
      double[] found = kernel(implementation, network, model, inputs, false).asMatrix().toDoubles();
      double difference = BruteForce.difference(found, expected);
      String problem =
          difference <= allowed
              ? ""
              : differs(implementation, network, model, inputs, gradients, found, expected);
      return new Finding(implementation, dtype, difference, problem);
    } catch (RuntimeException e) {
      return new Finding(implementation, dtype, Double.NaN, "failed: " + e.getMessage());
    }
  }

  private static Kernel kernel(
      Implementation implementation,
      Network network,
      OnnxModel model,
      Tree<Tensor> inputs,
      boolean perParameter) {
    return Ntk.of(network)
        .traceAxes()
        .crossOutputs(true)
        .perParameter(perParameter)
        .implementation(implementation)
        .build()
        .compute(inputs, model.parameters());
  }

  /// The entry that is off most, and the parameter whose part is.
  private static String differs(
      Implementation implementation,
      Network network,
      OnnxModel model,
      Tree<Tensor> inputs,
      Gradients gradients,
      double[] found,
      double[][] expected) {
    int columns = expected[0].length;
    int worst = 0;
    double off = -1;
    for (int i = 0; i < found.length; i++) {
      double here = Math.abs(found[i] - expected[i / columns][i % columns]);
      if (Double.isNaN(here) || here > off) {
        worst = i;
        off = Double.isNaN(here) ? Double.POSITIVE_INFINITY : here;
      }
    }
    Kernel parts = kernel(implementation, network, model, inputs, true);
    String parameter = "";
    double most = -1;
    List<String> paths = model.parameters().paths();
    for (int p = 0; p < paths.size(); p++) {
      double part =
          BruteForce.difference(
              parts.ofParameter(paths.get(p)).asMatrix().toDoubles(),
              gradients.kernel(gradients, p));
      if (Double.isNaN(part) || part > most) {
        parameter = paths.get(p);
        most = Double.isNaN(part) ? Double.POSITIVE_INFINITY : part;
      }
    }
    return format(
        "differs, most at row %d, column %d: %.9g, expected %.9g; most in the part of parameter"
            + " '%s'",
        worst / columns,
        worst % columns,
        found[worst],
        expected[worst / columns][worst % columns],
        parameter);
  }

  private static String text(List<Finding> findings, int rows, boolean ok) {
    StringBuilder text = new StringBuilder();
    text.append(format("kernel [%d,%d] of the first examples, against brute force%n", rows, rows));
    for (Finding f : findings) {
      text.append(
          format(
              "  %-23s %s  %8.1e  %s%n",
              ImplementationConverter.name(f.implementation()),
              f.dtype(),
              f.difference(),
              f.problem().isEmpty() ? "agrees" : f.problem()));
    }
    text.append(ok ? "all agree" : "they do not agree: at least one kernel above is wrong");
    return text.toString();
  }

  private static Map<String, Object> json(List<Finding> findings, int rows, boolean ok) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("agree", ok);
    result.put("rows", rows);
    List<Object> all = new ArrayList<>();
    for (Finding f : findings) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("implementation", ImplementationConverter.name(f.implementation()));
      row.put("dtype", f.dtype());
      row.put("difference", f.difference());
      row.put("problem", f.problem());
      all.add(row);
    }
    result.put("implementations", all);
    return result;
  }
}
