package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Which elements of which buffers a loop nest uses, to tell its rows from each other.
final class RowAccesses {
  private final Step.Loops loops;
  private final LoopNest nest;
  private final Map<Integer, List<Index>> indices = new HashMap<>();
  private final Set<Integer> combined = new HashSet<>();
  private final Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private RowAccesses(Step.Loops loops) {
    this.loops = loops;
    this.nest = loops.nest();
    for (Store store : nest.stores()) {
      use(store.slot(), store.at());
      if (store.combine() != Combine.SET) {
        combined.add(loops.buffers().get(store.slot()));
      }
      visit(store.bounds());
      visit(store.value());
    }
  }

  static RowAccesses of(Step.Loops loops) {
    return new RowAccesses(loops);
  }

  Step.Loops loops() {
    return loops;
  }

  /// Buffers read and written, each once.
  Set<Integer> buffers() {
    return new LinkedHashSet<>(loops.buffers());
  }

  List<Integer> written() {
    return loops.writes();
  }

  boolean uses(int buffer) {
    return loops.buffers().contains(buffer);
  }

  /// Whether values are combined with the elements of `buffer`.
  boolean isCombined(int buffer) {
    return combined.contains(buffer);
  }

  /// How many rows the first loops can count.
  List<Long> rowCounts() {
    List<Long> counts = new ArrayList<>();
    long count = 1;
    for (long extent : nest.extents()) {
      count *= extent;
      counts.add(count);
    }
    return counts;
  }

  /// Whether each of `rows` rows uses only its part of `buffer`, where these are equal parts, one
  /// after the other.
  boolean staysInRow(int buffer, long rows) {
    List<Index> used = indices.getOrDefault(buffer, List.of());
    if (used.isEmpty()) {
      return true;
    }
    long elements = nest.slots().get(loops.buffers().indexOf(buffer)).elements();
    return elements % rows == 0
        && used.stream().allMatch(index -> staysInRow(index, rows, elements / rows));
  }

  private boolean staysInRow(Index index, long rows, long part) {
    List<Long> inner = new ArrayList<>(nest.extents());
    List<Long> coefficients = new ArrayList<>(index.coefficients());
    long stride = part * rows;
    for (int d = 0; stride > part; d++) {
      stride /= nest.extents().get(d);
      if (coefficients.get(d) != stride) {
        return false;
      }
      coefficients.set(d, 0L);
      inner.set(d, 1L);
    }
    Index within = new Index(index.offset(), coefficients, index.dynamic());
    return index.isAffine() && within.minimum(inner) >= 0 && within.maximum(inner) < part;
  }

  private void use(int slot, Index at) {
    indices.computeIfAbsent(loops.buffers().get(slot), _ -> new ArrayList<>()).add(at);
    visit(at);
  }

  private void visit(Index index) {
    index.dynamic().forEach(scaled -> visit(scaled.value()));
  }

  private void visit(List<Expr.Bound> bounds) {
    bounds.forEach(b -> visit(b.value()));
  }

  private void visit(Expr e) {
    if (!seen.add(e)) {
      return;
    }
    switch (e) {
      case Expr.Load(int slot, _, var at) -> use(slot, at);
      case Expr.Constant _ -> {}
      case Expr.Position(_, var value) -> visit(value);
      case Expr.Quotient(var value, _, _) -> visit(value);
      case Expr.Apply(_, _, var operands) -> operands.forEach(this::visit);
      case Expr.Guarded(var bounds, var inside, var outside) -> {
        visit(bounds);
        visit(inside);
        visit(outside);
      }
    }
  }
}
