package org.ntk4j.autodiff.structure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Builder;

/// Several maps whose indices are being unified; a replacement reaches all of them.
final class Matching {
  private final Builder b;
  private final List<IndexedMap> maps;

  Matching(Builder b, List<IndexedMap> maps) {
    this.b = b;
    this.maps = new ArrayList<>(maps);
  }

  /// The maps, with the indices unified so far.
  List<IndexedMap> maps() {
    return List.copyOf(maps);
  }

  void set(int k, IndexedMap map) {
    maps.set(k, map);
  }

  /// Makes two positions equal digit by digit, on their common refinement; false if there is none,
  /// or if a link forbids it.
  boolean unify(List<Index> x, List<Index> y) {
    Deque<Index> xs = new ArrayDeque<>(x);
    Deque<Index> ys = new ArrayDeque<>(y);
    while (!xs.isEmpty() && !ys.isEmpty()) {
      Index i = xs.pop();
      Index j = ys.pop();
      if (i == j) {
        continue;
      }
      if (i.size() == j.size()) {
        replaceIn(xs, j, List.of(i));
        replaceIn(ys, j, List.of(i));
        if (!replace(j, List.of(i))) {
          return false;
        }
      } else {
        boolean first = i.size() > j.size();
        Optional<List<Index>> parts = first ? refine(i, j) : refine(j, i);
        if (parts.isEmpty()) {
          return false;
        }
        replaceIn(xs, first ? i : j, parts.get());
        replaceIn(ys, first ? i : j, parts.get());
        parts.get().reversed().forEach(first ? xs::push : ys::push);
        (first ? ys : xs).push(first ? j : i);
      }
    }
    return xs.isEmpty() && ys.isEmpty();
  }

  /// Splits `large` into a digit of the size of `small` and the rest, everywhere.
  private Optional<List<Index>> refine(Index large, Index small) {
    if (small.size() == 0 || large.size() % small.size() != 0) {
      return Optional.empty();
    }
    List<Index> parts = List.of(new Index(small.size()), new Index(large.size() / small.size()));
    return replace(large, parts) ? Optional.of(parts) : Optional.empty();
  }

  private static void replaceIn(Deque<Index> digits, Index index, List<Index> parts) {
    List<Index> all = new ArrayList<>(digits);
    digits.clear();
    for (Index i : all) {
      if (i == index) {
        digits.addAll(parts);
      } else {
        digits.add(i);
      }
    }
  }

  /// Replaces `index` by `parts` in every map; false if a link forbids it.
  boolean replace(Index index, List<Index> parts) {
    for (int k = 0; k < maps.size(); k++) {
      Optional<IndexedMap> replaced = maps.get(k).split(b, index, parts);
      if (replaced.isEmpty()) {
        return false;
      }
      maps.set(k, replaced.get());
    }
    return true;
  }
}
