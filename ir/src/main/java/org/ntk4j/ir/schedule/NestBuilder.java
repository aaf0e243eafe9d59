package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Builds the loop nest that computes some values together.
final class NestBuilder {
  /// Loops are cut at most so often to save divisions.
  private static final int MOST_CUTS = 8;

  private final Graph graph;
  private final Materialized materialized;

  NestBuilder(Graph graph, Materialized materialized) {
    this.graph = graph;
    this.materialized = materialized;
  }

  boolean isMaterialized(Var v) {
    return materialized.contains(v);
  }

  /// A nest with what is behind its slots: first what it reads, then what it writes.
  ///
  /// @param combined what must be filled with a neutral element before
  record Built(LoopNest nest, List<Var> reads, List<Var> writes, List<Combined> combined) {}

  /// A value that is accumulated.
  record Combined(Var value, Combine combine) {}

  /// The nest that computes `roots`, of which those that `isKept` are stored; none if one of them
  /// needs elements of another from other iterations, or their boxes differ.
  Optional<Built> build(List<Var> roots, Predicate<Var> isKept) {
    Optional<Domain> domain = Domain.of(roots.stream().map(this::shape).toList());
    if (domain.isEmpty()) {
      return Optional.empty();
    }
    Domain box = domain.get();
    for (int cuts = 0; ; cuts++) {
      Attempt attempt = new Attempt(box, roots);
      Built built = attempt.build(isKept);
      if (attempt.elements.reachesBack()) {
        return Optional.empty();
      }
      Optional<Regroup.Cut> wanted = attempt.elements.wanted();
      if (wanted.isEmpty() || cuts == MOST_CUTS) {
        return Optional.of(built);
      }
      box = box.split(wanted.get().loop(), wanted.get().inner());
    }
  }

  /// The box of the iterations that compute `root`.
  Shape shape(Var root) {
    return reduction(root).map(Reductions::shape).orElse(root.aval().shape());
  }

  private Optional<Equation> reduction(Var root) {
    return graph.definition(root).filter(e -> Role.of(e) == Role.REDUCTION);
  }

  private final class Attempt {
    private final Domain box;
    private final List<Var> roots;
    private final Elements.Slots slots = new Elements.Slots();
    private final Elements elements;

    Attempt(Domain box, List<Var> roots) {
      this.box = box;
      this.roots = roots;
      Map<Var, List<Index>> stored = new HashMap<>();
      for (Var root : roots) {
        stored.put(root, box.axes(root.aval().shape()));
      }
      this.elements = new Elements(graph, materialized, box, stored, slots);
    }

    Built build(Predicate<Var> isKept) {
      List<Var> writes = new ArrayList<>();
      List<Store> stores = new ArrayList<>();
      List<Combined> combined = new ArrayList<>();
      for (Var root : roots) {
        Store store = store(root);
        if (isKept.test(root)) {
          stores.add(store);
          writes.add(root);
          if (store.combine() != Combine.SET) {
            combined.add(new Combined(root, store.combine()));
          }
        }
      }
      List<Slot> all = new ArrayList<>();
      slots.variables().forEach(v -> all.add(slot(v, false)));
      List<Store> numbered = new ArrayList<>();
      for (int k = 0; k < stores.size(); k++) {
        Store s = stores.get(k);
        numbered.add(new Store(all.size(), s.combine(), s.bounds(), s.at(), s.value()));
        all.add(slot(writes.get(k), true));
      }
      LoopNest nest = new LoopNest(box.extents(), all, numbered);
      return new Built(nest, slots.variables(), writes, combined);
    }

    private static Slot slot(Var v, boolean written) {
      return new Slot(v.aval().dtype(), v.aval().size(), written);
    }

    /// Slots of what is written are numbered later.
    private Store store(Var root) {
      Optional<Equation> reduction = reduction(root);
      if (reduction.isPresent()) {
        List<Index> at = box.axes(Reductions.shape(reduction.get()));
        return new Reductions(elements).store(reduction.get(), -1, at);
      }
      List<Index> at = box.axes(root.aval().shape());
      Index position = elements.position(root.aval().shape(), at);
      return new Store(-1, Combine.SET, List.of(), position, elements.of(root, at));
    }
  }
}
