package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.schedule.Unit.Nest;

/// Joins loop nests that run over the same box and read each other's values, or the same ones, in
/// the same iterations.
final class Fusion {
  private static final int MOST_ROOTS = 12;
  private static final int MOST_SLOTS = 24;
  private static final int MOST_SIBLINGS = 4;

  private final NestBuilder builder;
  private final List<Unit> units;

  /// For each unit the values it reads.
  private final List<Set<Var>> reads;

  private final Map<Var, Integer> producers = new HashMap<>();
  private final Map<Var, List<Integer>> readers = new HashMap<>();
  private final BitSet gone = new BitSet();

  /// @param reads for each unit the values it reads from memory
  Fusion(NestBuilder builder, List<Unit> units, List<Set<Var>> reads) {
    this.builder = builder;
    this.units = new ArrayList<>(units);
    this.reads = new ArrayList<>(reads);
    for (int i = 0; i < units.size(); i++) {
      define(i);
    }
  }

  private void define(int unit) {
    units.get(unit).defines().forEach(v -> producers.put(v, unit));
    for (Var v : reads.get(unit)) {
      readers.computeIfAbsent(v, _ -> new ArrayList<>()).add(unit);
    }
  }

  /// The units that are left, in an order in which they can run.
  List<Unit> run() {
    for (int i = 0; i < units.size(); i++) {
      int merged = gone.get(i) ? -1 : i;
      while (merged >= 0 && units.get(merged) instanceof Nest) {
        merged = mergeWithOne(merged);
      }
    }
    return sorted();
  }

  /// Joins `unit` with another; the number of the joined one, or -1.
  private int mergeWithOne(int unit) {
    for (int other : candidates(unit)) {
      Optional<Nest> joined = joined(other, unit);
      if (joined.isPresent()) {
        replace(other, unit, joined.get());
        return other;
      }
    }
    return -1;
  }

  /// Nests whose values `unit` reads, then those that read the same.
  private Set<Integer> candidates(int unit) {
    Set<Integer> found = new LinkedHashSet<>();
    for (Var v : reads.get(unit)) {
      Optional.ofNullable(producers.get(v)).ifPresent(found::add);
    }
    int producers = found.size();
    for (Var v : reads.get(unit)) {
      if (v.aval().size() == iterations(unit)) {
        found.addAll(readers.getOrDefault(v, List.of()));
      }
    }
    found.removeIf(i -> i == unit || gone.get(i) || iterations(i) != iterations(unit));
    return found.stream()
        .limit(producers + MOST_SIBLINGS)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// Iterations of a nest, -1 for another unit.
  private long iterations(int unit) {
    return units.get(unit) instanceof Nest(var roots, _)
        ? builder.shape(roots.getFirst()).size()
        : -1;
  }

  private Optional<Nest> joined(int first, int second) {
    Nest one = (Nest) units.get(first);
    Nest two = (Nest) units.get(second);
    List<Var> roots = new ArrayList<>(one.roots());
    roots.addAll(two.roots());
    if (roots.size() > MOST_ROOTS || isBetween(first, second) || isBetween(second, first)) {
      return Optional.empty();
    }
    return builder
        .build(roots, _ -> true)
        .filter(b -> b.nest().slots().size() <= MOST_SLOTS)
        .map(b -> new Nest(roots, b));
  }

  /// Whether a third unit needs `first` and is needed by `second`.
  private boolean isBetween(int first, int second) {
    BitSet seen = new BitSet();
    List<Integer> open = new ArrayList<>();
    for (int p : needed(second)) {
      if (p != first && !seen.get(p)) {
        seen.set(p);
        open.add(p);
      }
    }
    while (!open.isEmpty()) {
      int unit = open.removeLast();
      for (int p : needed(unit)) {
        if (p == first) {
          return true;
        }
        if (!seen.get(p)) {
          seen.set(p);
          open.add(p);
        }
      }
    }
    return false;
  }

  private List<Integer> needed(int unit) {
    List<Integer> needed = new ArrayList<>();
    for (Var v : reads.get(unit)) {
      Optional.ofNullable(producers.get(v)).ifPresent(needed::add);
    }
    return needed;
  }

  private void replace(int first, int second, Nest joined) {
    Set<Var> all = new LinkedHashSet<>(reads.get(first));
    all.addAll(reads.get(second));
    joined.roots().forEach(all::remove);
    units.set(first, joined);
    reads.set(first, all);
    gone.set(second);
    define(first);
  }

  /// Each unit after those that it needs, else in the order given.
  private List<Unit> sorted() {
    List<Unit> sorted = new ArrayList<>();
    BitSet done = (BitSet) gone.clone();
    for (int i = 0; i < units.size(); i++) {
      visit(i, done, sorted);
    }
    return sorted;
  }

  private void visit(int unit, BitSet done, List<Unit> sorted) {
    if (done.get(unit)) {
      return;
    }
    done.set(unit);
    needed(unit).forEach(p -> visit(p, done, sorted));
    sorted.add(Objects.requireNonNull(units.get(unit)));
  }
}
