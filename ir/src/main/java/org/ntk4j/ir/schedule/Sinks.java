package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.schedule.View.Digit;

/// Convolutions that write where their result is needed: a result that is only reshaped and
/// transposed is stored as that.
final class Sinks {
  private final Graph graph;
  private final Map<Var, Sink> sinks = new HashMap<>();

  /// The value stored instead, and the result seen in its memory.
  record Sink(Var stored, View result) {}

  Sinks(Graph graph) {
    this.graph = graph;
    for (Equation e : graph.program().equations()) {
      if (Role.of(e) == Role.CONVOLUTION) {
        sink(e.result()).ifPresent(s -> sinks.put(e.result(), s));
      }
    }
  }

  /// Where `result` of a convolution is stored, if not as itself.
  Optional<Sink> of(Var result) {
    return Optional.ofNullable(sinks.get(result));
  }

  /// What is stored in place of results.
  Set<Var> stored() {
    return Set.copyOf(sinks.values().stream().map(Sink::stored).toList());
  }

  private Optional<Sink> sink(Var result) {
    Var last = result;
    while (graph.uses(last).size() == 1 && !graph.isOutput(last)) {
      Equation use = graph.uses(last).getFirst();
      if (!isPlain(use)) {
        break;
      }
      last = use.result();
    }
    if (graph.origin(last) == result) {
      return Optional.empty();
    }
    Views.Seen seen = Views.of(graph, last, Set.of(result));
    return seen.base() == result
        ? Optional.of(new Sink(graph.origin(last), inverse(seen.view(), result)))
        : Optional.empty();
  }

  private static boolean isPlain(Equation e) {
    return e.op() instanceof Transpose
        || (e.op() instanceof Reshape(var shape)
            && Domain.of(List.of(shape, e.in().getFirst().aval().shape())).isPresent());
  }

  /// `result`, of which `view` is all elements in another order, in the row-major memory of that.
  private static View inverse(View view, Var result) {
    List<Digit> digits = view.axes().stream().flatMap(List::stream).toList();
    List<List<Digit>> placed = new ArrayList<>();
    Map<Digit, Long> strides = new HashMap<>();
    long stride = 1;
    for (Digit d : digits.reversed()) {
      strides.put(d, stride);
      stride *= d.extent();
    }
    digits.stream()
        .sorted(Comparator.comparingLong(Digit::stride).reversed())
        .forEach(d -> placed.add(List.of(new Digit(d.extent(), strides.getOrDefault(d, 1L)))));
    return new View(-1, view.dtype(), 0, placed)
        .reshape(result.aval().shape())
        .orElseThrow(() -> new IllegalStateException("bug: digits of " + result + " in " + view));
  }
}
