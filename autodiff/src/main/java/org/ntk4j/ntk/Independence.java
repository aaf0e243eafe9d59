package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Whether the examples of a network are independent: whether index `n` of axis 0 of every output
/// depends on example `n` only.
///
/// @param inputs what is known of each input of the network
/// @param examples how many there are; 0 if they are not independent
/// @param reason why they are not independent; empty if they are
record Independence(List<ExampleAxis> inputs, long examples, String reason) {
  Independence {
    inputs = List.copyOf(inputs);
  }

  boolean holds() {
    return reason.isEmpty();
  }

  /// Looks for examples on axis 0 of the inputs `x` that are as long as axis 0 of the outputs.
  static Independence infer(Program p, int parameters) {
    List<Aval> outputs = p.outputAvals();
    long n = outputs.getFirst().rank() == 0 ? 0 : outputs.getFirst().dim(0);
    if (n == 0 || outputs.stream().anyMatch(y -> y.rank() == 0 || y.dim(0) != n)) {
      return failed(p, "the outputs have no common axis of examples");
    }
    List<Integer> candidates =
        IntStream.range(parameters, p.inputs().size())
            .filter(i -> counts(p.inputs().get(i).aval(), n))
            .boxed()
            .toList();
    if (candidates.isEmpty()) {
      return failed(p, "no input has " + n + " examples along axis 0");
    }
    Independence all = check(p, facts(p, candidates), n, List.of());
    for (int i = 0; i < candidates.size() && !all.holds() && candidates.size() > 1; i++) {
      List<Integer> fewer = new ArrayList<>(candidates);
      fewer.remove(i);
      Independence some = check(p, facts(p, fewer), n, List.of());
      if (some.holds()) {
        return some;
      }
    }
    return all;
  }

  private static boolean counts(Aval x, long n) {
    return x.rank() > 0 && x.dim(0) == n;
  }

  private static List<ExampleAxis> facts(Program p, List<Integer> withExamples) {
    return IntStream.range(0, p.inputs().size())
        .mapToObj(i -> withExamples.contains(i) ? new ExampleAxis.At(0) : ExampleAxis.NONE)
        .toList();
  }

  /// Checks the claim that the examples are on these axes, and independent.
  ///
  /// @param axes one for each input `x`
  /// @throws IllegalArgumentException if they are not
  static Independence claimed(
      Program p,
      int parameters,
      List<OptionalInt> axes,
      List<String> inputNames,
      List<String> outputNames) {
    List<ExampleAxis> facts = new ArrayList<>(facts(p, List.of()));
    long n = -1;
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i).isEmpty()) {
        continue;
      }
      int axis = axes.get(i).getAsInt();
      long size = p.inputs().get(parameters + i).aval().dim(axis);
      if (n >= 0 && size != n) {
        throw new IllegalArgumentException(
            "%s has %d examples along axis %d, the inputs before it have %d"
                .formatted(inputNames.get(i), size, axis, n));
      }
      n = size;
      facts.set(parameters + i, new ExampleAxis.At(axis));
    }
    if (n < 0) {
      throw new IllegalArgumentException(
          "examples are claimed independent, but no input has an example axis");
    }
    Independence result = check(p, facts, n, outputNames);
    if (!result.holds()) {
      throw new IllegalArgumentException(
          "examples are claimed independent, but " + result.reason());
    }
    return n > 0 ? result : failed(p, "there are no examples");
  }

  private static Independence check(
      Program p, List<ExampleAxis> facts, long n, List<String> outputNames) {
    List<ExampleAxis> outputs = ExampleAxes.of(p, facts, new EquationText(p)::of).all(p.outputs());
    for (int i = 0; i < outputs.size(); i++) {
      String name = AxisRules.named(outputNames.isEmpty() ? "" : outputNames.get(i));
      Aval y = p.outputs().get(i).aval();
      switch (outputs.get(i)) {
        case ExampleAxis.Mixed(String by) -> {
          return failed(p, by + ", mixes them");
        }
        case ExampleAxis.At(int axis) when axis != 0 -> {
          return failed(p, "%s has them along axis %d, not 0".formatted(name, axis));
        }
        case ExampleAxis.At _, ExampleAxis.None _ -> {
          if (y.rank() == 0 || y.dim(0) != n) {
            return failed(p, "%s is %s, not one row for each of %d examples".formatted(name, y, n));
          }
        }
      }
    }
    return new Independence(facts, n, "");
  }

  private static Independence failed(Program p, String reason) {
    return new Independence(facts(p, List.of()), 0, reason);
  }
}
