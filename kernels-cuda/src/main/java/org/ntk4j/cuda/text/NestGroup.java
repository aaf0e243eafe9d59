package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ntk4j.ir.nest.Collapse;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Separable;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Stores of a nest that one kernel can do: those that combine along the same loops.
///
/// @param kept loops along which iterations write different elements, ascending
/// @param shape what becomes of the other loops
record NestGroup(LoopNest nest, List<Integer> kept, Shape shape) {
  /// What the loops that are not kept do to the element that a store writes.
  enum Shape {
    /// Nothing: they are terms of a sum.
    TERMS,
    /// They may change it.
    SCATTERED,
    /// They may change it, and stores meet in it: they run one after the other.
    SERIAL
  }

  NestGroup {
    kept = List.copyOf(kept);
  }

  private record Key(List<Integer> kept, Shape shape) {}

  /// All stores of `nest`, which has no loop that could be joined.
  static List<NestGroup> of(LoopNest nest) {
    Map<Integer, Integer> users = new HashMap<>();
    nest.stores().forEach(s -> users.merge(s.slot(), 1, Integer::sum));
    List<Store> replacing = new ArrayList<>();
    Map<Key, List<Store>> combining = new LinkedHashMap<>();
    for (Store store : nest.stores()) {
      boolean alone = Objects.requireNonNull(users.get(store.slot()), "bug: no user") == 1;
      if (store.combine() == Combine.SET && (alone || areSet(store.slot(), nest))) {
        replacing.add(store);
      } else {
        Key key = alone ? key(store, nest) : new Key(List.of(), Shape.SERIAL);
        combining.computeIfAbsent(key, _ -> new ArrayList<>()).add(store);
      }
    }
    List<NestGroup> groups = new ArrayList<>();
    combining.forEach((key, stores) -> {
      if (key.shape == Shape.TERMS) {
        stores.addAll(replacing);
        replacing.clear();
      }
      groups.add(group(nest, key, stores));
    });
    if (!replacing.isEmpty()) {
      groups.add(group(nest, new Key(all(nest), Shape.TERMS), replacing));
    }
    return groups;
  }

  private static boolean areSet(int slot, LoopNest nest) {
    return nest.stores().stream()
        .filter(s -> s.slot() == slot)
        .allMatch(s -> s.combine() == Combine.SET);
  }

  private static List<Integer> all(LoopNest nest) {
    return IntStream.range(0, nest.rank()).boxed().toList();
  }

  private static LoopNest with(LoopNest nest, Collection<Store> stores) {
    List<Store> ordered = nest.stores().stream().filter(s -> contains(stores, s)).toList();
    return new LoopNest(nest.extents(), nest.slots(), ordered);
  }

  private static boolean contains(Collection<Store> stores, Store store) {
    return stores.stream().anyMatch(s -> s == store);
  }

  private static Key key(Store store, LoopNest nest) {
    List<Integer> kept = Separable.loops(with(nest, List.of(store)));
    BitSet written = written(store, new Dependence(nest));
    kept.forEach(written::clear);
    return new Key(kept, written.isEmpty() ? Shape.TERMS : Shape.SCATTERED);
  }

  /// The loops on which it depends which element `store` writes, or whether there is one.
  static BitSet written(Store store, Dependence dependence) {
    BitSet loops = dependence.of(store.at());
    if (!dependence.isInside(store.slot(), store.at())) {
      loops.or(dependence.of(store.bounds()));
    }
    return loops;
  }

  /// Fewer stores may have fewer loops.
  private static NestGroup group(LoopNest nest, Key key, List<Store> stores) {
    LoopNest collapsed = Collapse.of(with(nest, stores));
    List<Store> combining =
        collapsed.stores().stream().filter(s -> s.combine() != Combine.SET).toList();
    if (key.shape == Shape.SERIAL) {
      return new NestGroup(collapsed, List.of(), key.shape);
    }
    List<Integer> kept =
        combining.isEmpty() ? all(collapsed) : Separable.loops(with(collapsed, combining));
    return new NestGroup(collapsed, kept, key.shape);
  }
}
