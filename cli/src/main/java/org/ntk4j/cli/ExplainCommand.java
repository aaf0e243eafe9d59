package org.ntk4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.cli.report.Progress;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Prediction;
import org.ntk4j.ntk.TilePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ntk explain`: the plan of a kernel.
@Command(
    name = "explain",
    customSynopsis = "ntk explain MODEL.onnx --x1 [NAME=]FILE [--x2 [NAME=]FILE] [OPTION]...",
    description = {
      "Shows how the kernel of a network would be computed.",
      "For each parameter the structure found, the order of contraction, operations and bytes; and"
          + " the time and memory predicted. Times are predicted by rates of this machine, which"
          + " are measured once and kept. Nothing else is run unless --measure is given."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ntk explain model.onnx --x1 train.npy --x2 test.npy"})
final class ExplainCommand extends NetworkCommand {
  @Mixin private KernelOptions options = new KernelOptions();

  @Option(
      names = "--measure",
      description =
          "Runs the kernel too, and shows how long each parameter's contribution and each step of"
              + " the program took.")
  private boolean measure;

  @Override
  int run(Progress progress) throws IOException {
    progress.step("reading the network and planning");
    KernelOptions.Problem problem = options.problem(progress::part);
    Explanation plan = problem.plan();
    Prediction cost = prediction(plan);
    Optional<MeasuredSteps> steps =
        measure ? Optional.of(measured(problem, progress)) : Optional.empty();
    Map<String, Object> forMachines = json(plan);
    steps.ifPresent(s -> {
      forMachines.put("terms", s.termsJson());
      forMachines.put("kinds", s.kindsJson());
      forMachines.put("steps", s.json());
    });
    result(
        forMachines,
        () ->
            named(plan)
                + format(
                    "%n%s: %s predicted, at most %s of memory%n",
                    ImplementationConverter.name(plan.chosen()),
                    time(plan.tiles().map(TilePlan::seconds).orElse(cost.seconds())),
                    bytes(plan.tiles().map(TilePlan::peakBytes).orElse(cost.peakBytes())))
                + steps.map(MeasuredSteps::toString).orElse(""));
    return 0;
  }

  /// The plan, with the implementations called as the option `--implementation` calls them.
  private static String named(Explanation plan) {
    String text = plan.toString();
    for (Prediction p : plan.predictions()) {
      Implementation i = p.implementation();
      text = text.replace(i.name(), ImplementationConverter.name(i));
    }
    return text;
  }

  private static MeasuredSteps measured(KernelOptions.Problem problem, Progress progress) {
    progress.step("running the kernel");
    return MeasuredSteps.of(problem);
  }

  /// What the chosen implementation is expected to cost.
  static Prediction prediction(Explanation plan) {
    return plan.predictions().stream()
        .filter(p -> p.implementation() == plan.chosen())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: no prediction of " + plan.chosen()));
  }

  /// E.g. `1.23 s` or `4.5 ms`.
  static String time(double seconds) {
    return seconds < 1 ? format("%.3g ms", 1e3 * seconds) : format("%.2f s", seconds);
  }

  private static Map<String, Object> json(Explanation plan) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("implementation", ImplementationConverter.name(plan.chosen()));
    result.put("auto", plan.auto());
    result.put("notes", plan.notes());
    List<Object> parameters = new ArrayList<>();
    for (TermPlan term : plan.plan()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("parameter", term.parameter());
      term.shape().ifPresent(shape -> row.put("shape", shape.dims()));
      row.put("uses", term.uses());
      row.put("structure", term.structure());
      row.put("order", term.order());
      row.put("operations", term.operations());
      row.put("bytes", term.bytes());
      row.put("fallbacks", term.fallbacks());
      parameters.add(row);
    }
    result.put("parameters", parameters);
    List<Object> predictions = new ArrayList<>();
    for (Prediction p : plan.predictions()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("implementation", ImplementationConverter.name(p.implementation()));
      row.put("seconds", p.seconds());
      row.put("operations", p.operations());
      row.put("bytes", p.bytes());
      row.put("peakBytes", p.peakBytes());
      predictions.add(row);
    }
    result.put("predictions", predictions);
    plan.tiles().ifPresent(tiles -> result.put("tiles", MemoryReport.json(tiles)));
    return result;
  }
}
