package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A nest and the buffer of each slot, without slots that are not used.
record UsedSlots(LoopNest nest, List<Integer> buffers) {
  private static final int NONE = -1;

  UsedSlots {
    buffers = List.copyOf(buffers);
  }

  /// In the same order.
  static UsedSlots of(LoopNest nest, List<Integer> buffers) {
    return of(nest, buffers, NONE);
  }

  /// In the same order, but for slot `first`, which is the first one.
  static UsedSlots of(LoopNest nest, List<Integer> buffers, int first) {
    Set<Integer> used = new TreeSet<>();
    Accesses.of(nest).loads().forEach(load -> used.add(load.slot()));
    nest.stores().forEach(store -> used.add(store.slot()));
    List<Integer> order = new ArrayList<>(used);
    if (first != NONE) {
      order.remove((Integer) first);
      order.addFirst(first);
    }
    Replacement renumbered = new Replacement(order::indexOf);
    List<Store> stores = nest.stores().stream().map(renumbered::of).toList();
    return new UsedSlots(
        new LoopNest(nest.extents(), order.stream().map(nest.slots()::get).toList(), stores),
        order.stream().map(buffers::get).toList());
  }
}
