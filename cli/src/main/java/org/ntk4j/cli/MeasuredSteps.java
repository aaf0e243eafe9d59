package org.ntk4j.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.cpu.CompiledProgram.TimedStep;
import org.ntk4j.cpu.CpuCompiler;
import org.ntk4j.cpu.CpuEngine;

/// The steps of a kernel's program with their predicted and measured times.
final class MeasuredSteps {
  private static final int REPETITIONS = 3;

  /// Steps listed; the others are summed up.
  private static final int LISTED = 20;

  private final List<TimedStep> steps;

  private MeasuredSteps(List<TimedStep> steps) {
    this.steps =
        steps.stream().sorted(Comparator.comparingDouble(TimedStep::measured).reversed()).toList();
  }

  /// Runs the kernel's program some times.
  ///
  /// @throws UsageException if it is cut in tiles, or there is no compiler for this machine
  static MeasuredSteps of(KernelOptions.Problem problem) {
    if (problem.plan().tiles().isPresent()) {
      throw new UsageException("--measure: the kernel is computed in tiles; expected one at once");
    }
    CpuCompiler compiler =
        CpuCompiler.find()
            .orElseThrow(
                () -> new UsageException("--measure: nothing compiles programs on this machine"));
    List<Tensor> inputs = new ArrayList<>(problem.model().parameters().leaves());
    inputs.addAll(problem.x1().leaves());
    problem.x2().ifPresent(x -> inputs.addAll(Tree.zip(problem.x1(), x, (_, y) -> y).leaves()));
    try (CompiledProgram compiled = compiler.compile(problem.plan().program())) {
      return new MeasuredSteps(compiled.profile(inputs, new CpuEngine().rates(), REPETITIONS));
    }
  }

  /// For machines.
  List<Object> json() {
    List<Object> rows = new ArrayList<>();
    for (TimedStep step : steps) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("step", step.step());
      row.put("predictedSeconds", step.predicted());
      row.put("measuredSeconds", step.measured());
      rows.add(row);
    }
    return rows;
  }

  /// A table: the slowest steps first.
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    line(table, "%nmeasured ms  predicted  step");
    steps.stream().limit(LISTED).forEach(step -> row(table, step));
    List<TimedStep> others = steps.stream().skip(LISTED).toList();
    if (!others.isEmpty()) {
      row(table, sum(others.size() + " more steps", others));
    }
    row(table, sum("all", steps));
    return table.toString();
  }

  private static TimedStep sum(String name, List<TimedStep> steps) {
    return new TimedStep(
        name,
        steps.stream().mapToDouble(TimedStep::predicted).sum(),
        steps.stream().mapToDouble(TimedStep::measured).sum());
  }

  private static void row(StringBuilder table, TimedStep step) {
    line(table, "%11.3f %10.3f  %s", 1e3 * step.measured(), 1e3 * step.predicted(), step.step());
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format + "%n", values));
  }
}
