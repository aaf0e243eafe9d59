package org.ntk4j.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.eval.TimedStep;
import org.ntk4j.ir.schedule.StepKind;
import org.ntk4j.ntk.Explanation;

/// Predicted and measured times of a kernel: for each parameter's contribution, and for each step
/// of the program that computes these contributions apart.
final class MeasuredSteps {
  private static final int REPETITIONS = 3;

  /// Steps listed; the others are summed up.
  private static final int LISTED = 20;

  private static final String SHARED = "several parameters";

  private final List<TimedStep> steps;
  private final List<Term> terms;

  /// Steps on which the contribution of one parameter depends, and no other's; or several depend.
  private record Term(String parameter, int steps, double predicted, double measured) {
    static Term of(String parameter, List<TimedStep> steps) {
      return new Term(
          parameter,
          steps.size(),
          sum(steps, TimedStep::predicted),
          sum(steps, TimedStep::measured));
    }
  }

  private MeasuredSteps(List<String> parameters, List<TimedStep> steps) {
    this.steps =
        steps.stream().sorted(Comparator.comparingDouble(TimedStep::measured).reversed()).toList();
    this.terms = parameters.isEmpty() ? List.of() : terms(parameters, steps);
  }

  /// Runs the kernel's program some times.
  ///
  /// @throws UsageException if it is cut in tiles, or there is no compiler for this machine
  static MeasuredSteps of(KernelOptions.Problem problem) {
    checkAtOnce(problem.plan(), "the kernel");
    List<Tensor> inputs = new ArrayList<>(problem.model().parameters().leaves());
    inputs.addAll(problem.x1().leaves());
    problem.x2().ifPresent(x -> inputs.addAll(Tree.zip(problem.x1(), x, (_, y) -> y).leaves()));
    Explanation plan = problem.perParameter();
    checkAtOnce(plan, "with each parameter's contribution apart the kernel");
    List<String> parameters = plan.plan().stream().map(TermPlan::parameter).toList();
    List<TimedStep> steps =
        ProgramCache.standard()
            .profile(plan.program(), inputs, REPETITIONS)
            .orElseThrow(
                () -> new UsageException("--measure: nothing compiles programs on this machine"));
    return new MeasuredSteps(parameters, steps);
  }

  private static void checkAtOnce(Explanation plan, String what) {
    plan.tiles()
        .ifPresent(tiles -> {
          throw new UsageException(
              "--measure: %s is computed in tiles of %s; expected one at once: more --memory,"
                      .formatted(what, tiles.sizes())
                  + " or fewer examples");
        });
  }

  /// The program's outputs are, for each pair of the network's outputs, one for each parameter.
  private static List<Term> terms(List<String> parameters, List<TimedStep> steps) {
    Map<SortedSet<Integer>, List<TimedStep>> groups =
        steps.stream()
            .collect(
                Collectors.groupingBy(step ->
                    step.outputs().stream()
                        .map(k -> k % parameters.size())
                        .collect(Collectors.toCollection(TreeSet::new))));
    List<Term> terms = new ArrayList<>();
    IntStream.range(0, parameters.size())
        .forEach(k ->
            terms.add(
                Term.of(
                    parameters.get(k), groups.getOrDefault(new TreeSet<>(List.of(k)), List.of()))));
    terms.add(
        Term.of(
            SHARED,
            groups.entrySet().stream()
                .filter(group -> group.getKey().size() != 1)
                .flatMap(group -> group.getValue().stream())
                .toList()));
    return terms;
  }

  /// For machines: what each parameter took.
  List<Object> termsJson() {
    List<Object> rows = new ArrayList<>();
    for (Term term : terms) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("parameter", term.parameter());
      row.put("steps", term.steps());
      row.put("predictedSeconds", term.predicted());
      row.put("measuredSeconds", term.measured());
      rows.add(row);
    }
    return rows;
  }

  /// For machines: what each kind of steps took.
  List<Object> kindsJson() {
    List<Object> rows = new ArrayList<>();
    kinds()
        .forEach((kind, some) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("kind", name(kind));
          row.put("steps", some.size());
          row.put("leastSeconds", sum(some, TimedStep::least));
          row.put("predictedSeconds", sum(some, TimedStep::predicted));
          row.put("measuredSeconds", sum(some, TimedStep::measured));
          rows.add(row);
        });
    return rows;
  }

  private Map<StepKind, List<TimedStep>> kinds() {
    return steps.stream()
        .collect(
            Collectors.groupingBy(
                TimedStep::kind, () -> new EnumMap<>(StepKind.class), Collectors.toList()));
  }

  private static String name(StepKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /// How much of the machine's rate was reached; of what has no rate, nothing.
  private static String share(StepKind kind, List<TimedStep> some) {
    double share = sum(some, TimedStep::least) / sum(some, TimedStep::measured);
    return switch (kind) {
      case PRODUCTS, CONVOLUTIONS, LOOPS -> String.format(Locale.ROOT, "%.0f %%", 100 * share);
      case OTHERS -> "";
    };
  }

  /// For machines: what each step took.
  List<Object> json() {
    List<Object> rows = new ArrayList<>();
    for (TimedStep step : steps) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("step", step.step());
      row.put("kind", name(step.kind()));
      row.put("predictedSeconds", step.predicted());
      row.put("measuredSeconds", step.measured());
      rows.add(row);
    }
    return rows;
  }

  /// Three tables: the parameters in order; kinds of steps, and how much of the rate they reach
  /// that the machine has for large products and convolutions, or for copies of memory; and the
  /// steps, the slowest first.
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    if (!terms.isEmpty()) {
      line(table, "%nmeasured ms  predicted  steps  for the contribution of");
      terms.forEach(term ->
          line(
              table,
              "%11.3f %10.3f %6d  %s",
              1e3 * term.measured(),
              1e3 * term.predicted(),
              term.steps(),
              term.parameter()));
    }
    line(table, "%nmeasured ms  predicted  steps  of the machine's rate");
    kinds()
        .forEach((kind, some) ->
            line(
                table,
                "%11.3f %10.3f %6d  %6s  %s",
                1e3 * sum(some, TimedStep::measured),
                1e3 * sum(some, TimedStep::predicted),
                some.size(),
                share(kind, some),
                name(kind)));
    line(table, "%nmeasured ms  predicted  step");
    steps.stream()
        .limit(LISTED)
        .forEach(step -> row(table, step.measured(), step.predicted(), step.step()));
    List<TimedStep> others = steps.stream().skip(LISTED).toList();
    if (!others.isEmpty()) {
      sums(table, others, others.size() + " more steps");
    }
    sums(table, steps, "all");
    return table.toString();
  }

  private static double sum(List<TimedStep> steps, ToDoubleFunction<TimedStep> of) {
    return steps.stream().mapToDouble(of).sum();
  }

  private static void sums(StringBuilder table, List<TimedStep> steps, String name) {
    row(table, sum(steps, TimedStep::measured), sum(steps, TimedStep::predicted), name);
  }

  private static void row(StringBuilder table, double measured, double predicted, String name) {
    line(table, "%11.3f %10.3f  %s", 1e3 * measured, 1e3 * predicted, name);
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format + "%n", values));
  }
}
