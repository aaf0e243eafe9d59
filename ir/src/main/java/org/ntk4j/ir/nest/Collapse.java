package org.ntk4j.ir.nest;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;

/// The same nest with fewer loops: loops of one iteration go, and two loops become one where every
/// index steps through them as through one.
public final class Collapse {
  private Collapse() {}

  /// `nest` with as few loops as possible.
  public static LoopNest of(LoopNest nest) {
    return rows(nest, 0).nest();
  }

  /// A nest whose first `rowLoops` loops count rows, in order.
  public record Rows(LoopNest nest, int rowLoops) {}

  /// `nest` with as few loops as possible, where its first `rowLoops` loops still count the same
  /// rows.
  public static Rows rows(LoopNest nest, int rowLoops) {
    List<Index> indices = Accesses.of(nest).indices();
    List<Long> extents = new ArrayList<>(nest.extents());
    List<Integer> kept = wide(nest, 0, rowLoops);
    List<Integer> within = wide(nest, rowLoops, nest.rank());
    while (mergeNeighbours(indices, extents, kept)) {
      // One pair at a time.
    }
    while (merge(indices, extents, within)) {
      // One pair at a time.
    }
    int count = kept.size();
    kept.addAll(within);
    LoopNest collapsed =
        Rewrite.of(
            nest,
            kept.stream().map(extents::get).toList(),
            coefficients -> kept.stream().map(coefficients::get).toList());
    return new Rows(collapsed, count);
  }

  /// Loops of more than one iteration.
  private static List<Integer> wide(LoopNest nest, int from, int to) {
    List<Integer> wide = new ArrayList<>();
    for (int d = from; d < to; d++) {
      if (nest.extents().get(d) != 1) {
        wide.add(d);
      }
    }
    return wide;
  }

  /// Joins a loop with the next one, if any can be.
  private static boolean mergeNeighbours(
      List<Index> indices, List<Long> extents, List<Integer> kept) {
    for (int k = 1; k < kept.size(); k++) {
      if (merge(indices, extents, kept.subList(k - 1, k + 1))) {
        return true;
      }
    }
    return false;
  }

  /// Joins one loop with another, if any can be.
  private static boolean merge(List<Index> indices, List<Long> extents, List<Integer> kept) {
    for (int outer : kept) {
      for (int inner : kept) {
        long extent = extents.get(inner);
        if (outer != inner
            && indices.stream()
                .allMatch(i -> i.coefficient(outer) == i.coefficient(inner) * extent)) {
          extents.set(inner, extents.get(outer) * extent);
          kept.remove((Integer) outer);
          return true;
        }
      }
    }
    return false;
  }
}
