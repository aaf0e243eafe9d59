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
    List<Index> indices = Accesses.of(nest).indices();
    List<Long> extents = new ArrayList<>(nest.extents());
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < nest.rank(); d++) {
      if (extents.get(d) != 1) {
        kept.add(d);
      }
    }
    while (merge(indices, extents, kept)) {
      // One pair at a time.
    }
    return Rewrite.of(
        nest,
        kept.stream().map(extents::get).toList(),
        coefficients -> kept.stream().map(coefficients::get).toList());
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
