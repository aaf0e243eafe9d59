package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.schedule.View.Digit;

/// Products and convolutions that write where their result is needed: a result that is only
/// reshaped and transposed is stored as that.
final class Sinks {
  /// Matrices as thick as this lose nothing.
  private static final long LEAST_THICKNESS = 32;

  private final Graph graph;
  private final Map<Var, Sink> sinks = new HashMap<>();
  private final Set<Var> stored = new HashSet<>();

  /// The value stored instead, and the result seen in its memory.
  record Sink(Var stored, View result) {}

  /// @param inMemory values that are in memory whatever is decided here
  Sinks(Graph graph, Set<Var> inMemory) {
    this.graph = graph;
    for (Equation e : graph.program().equations()) {
      if (e.out().stream().anyMatch(inMemory::contains)) {
        continue; // Another product sees it as it is.
      }
      Optional<Sink> sink =
          switch (Role.of(e)) {
            case CONVOLUTION -> sink(e.result());
            case PRODUCT -> sink(e.result()).filter(s -> isProduct(e, s.result(), inMemory));
            case POINTWISE, REDUCTION, WHOLE -> Optional.empty();
          };
      sink.ifPresent(s -> add(e.result(), s));
    }
  }

  /// Whether `e` can write its result so, with matrices that are not much thinner than otherwise.
  private boolean isProduct(Equation e, View result, Set<Var> inMemory) {
    Contract op = (Contract) e.op();
    Var z = e.result();
    View x = Views.of(graph, (Var) e.in().get(0), inMemory).view();
    View y = Views.of(graph, (Var) e.in().get(1), inMemory).view();
    boolean same = e.in().get(0) == e.in().get(1);
    View plain = View.rowMajor(-1, z.aval().dtype(), z.aval().shape());
    Optional<MatrixForm.Form> otherwise = MatrixForm.of(op, x, y, plain, same);
    Optional<MatrixForm.Form> sunk = MatrixForm.of(op, x, y, result, same);
    return sunk.isPresent()
        && otherwise.isPresent()
        && sunk.get().product().symmetric() == otherwise.get().product().symmetric()
        && thickness(sunk.get()) >= Math.min(LEAST_THICKNESS, thickness(otherwise.get()));
  }

  private static long thickness(MatrixForm.Form form) {
    return Math.min(form.product().rows(), form.product().columns());
  }

  /// Where `result` of a product or a convolution is stored, if not as itself.
  Optional<Sink> of(Var result) {
    return Optional.ofNullable(sinks.get(result));
  }

  private void add(Var result, Sink sink) {
    sinks.put(result, sink);
    stored.add(sink.stored());
  }

  /// What is stored in place of results.
  Set<Var> stored() {
    return Collections.unmodifiableSet(stored);
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
