package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ntk4j.autodiff.structure.ContractionCost.Sizes;
import org.ntk4j.autodiff.structure.ContractionPath.Leaf;
import org.ntk4j.autodiff.structure.ContractionPath.Pair;

/// The cheapest order of contraction of an einsum.
///
/// Exact, by dynamic programming over subsets of the factors, up to [#EXACT_MAX] of them; beyond,
/// greedily by the cheapest next pair. A result whose mirror image has been computed is free, and
/// the contraction of a result with its own mirror image is a Gram matrix, of which half is
/// computed.
final class PathSearch {
  private static final int EXACT_MAX = 10;

  /// The path found, with what it costs.
  record Found(ContractionPath path, ContractionCost cost) {}

  private final int elementBytes;
  private final int mirror;
  private final List<Long> factors = new ArrayList<>();
  private final List<Index> names = new ArrayList<>();
  private final long out;

  private PathSearch(List<Set<Index>> factors, Set<Index> out, int mirror, int elementBytes) {
    this.elementBytes = elementBytes;
    this.mirror = mirror;
    Map<Index, Integer> bits = new HashMap<>();
    factors.forEach(f -> f.forEach(i -> bit(bits, i)));
    factors.forEach(f -> this.factors.add(mask(bits, f)));
    this.out = mask(bits, out);
  }

  private void bit(Map<Index, Integer> bits, Index i) {
    if (!bits.containsKey(i)) {
      bits.put(i, names.size());
      names.add(i);
      if (names.size() > Long.SIZE) {
        throw new IllegalStateException("bug: an einsum of more than 64 indices");
      }
    }
  }

  private static long mask(Map<Index, Integer> bits, Set<Index> indices) {
    long mask = 0;
    for (Index i : indices) {
      Integer bit = bits.get(i);
      mask |= bit == null ? 0 : 1L << bit;
    }
    return mask;
  }

  /// @param factors the indices of each factor
  /// @param mirror see [Einsum]
  static Found best(List<Set<Index>> factors, Set<Index> out, int mirror, int elementBytes) {
    PathSearch search = new PathSearch(factors, out, mirror, elementBytes);
    return factors.size() <= EXACT_MAX ? search.exact() : search.greedy();
  }

  private Found exact() {
    int n = factors.size();
    Found[] best = new Found[1 << n];
    for (int k = 0; k < n; k++) {
      best[1 << k] = new Found(new Leaf(k), ContractionCost.NONE);
    }
    for (int set = 1; set < 1 << n; set++) {
      int lowest = Integer.lowestOneBit(set);
      for (int left = (set - 1) & set; left > 0; left = (left - 1) & set) {
        if ((left & lowest) != 0) {
          Found pair = pair(best[left], best[set ^ left]);
          if (best[set] == null || pair.cost.seconds() < best[set].cost.seconds()) {
            best[set] = pair;
          }
        }
      }
    }
    return best[(1 << n) - 1];
  }

  private Found greedy() {
    List<Found> open = new ArrayList<>();
    for (int k = 0; k < factors.size(); k++) {
      open.add(new Found(new Leaf(k), ContractionCost.NONE));
    }
    while (open.size() > 1) {
      Found next = null;
      int first = 0;
      int second = 1;
      for (int i = 0; i < open.size(); i++) {
        for (int j = i + 1; j < open.size(); j++) {
          Found pair = pair(open.get(i), open.get(j));
          double own =
              pair.cost.seconds() - open.get(i).cost.seconds() - open.get(j).cost.seconds();
          if (next == null
              || own
                  < next.cost.seconds()
                      - open.get(first).cost.seconds()
                      - open.get(second).cost.seconds()) {
            next = pair;
            first = i;
            second = j;
          }
        }
      }
      open.remove(second);
      open.set(first, Objects.requireNonNull(next, "bug: no pair"));
    }
    return open.getFirst();
  }

  private Found pair(Found left, Found right) {
    boolean mirrored = mirror > 0 && right.path.members() == mirrored(left.path.members());
    ContractionPath other = mirrored ? image(left.path) : right.path;
    ContractionCost step = step(left.path.members(), right.path.members());
    ContractionCost cost =
        mirrored ? left.cost.plus(step.half()) : left.cost.plus(right.cost).plus(step);
    return new Found(new Pair(left.path, other, mirrored), cost);
  }

  private long mirrored(long members) {
    long low = members & ((1L << mirror) - 1);
    long high = members >>> mirror;
    return members >>> (2 * mirror) != 0 ? 0 : low << mirror | high;
  }

  private ContractionPath image(ContractionPath path) {
    return switch (path) {
      case Leaf(var k) -> new Leaf(k < mirror ? k + mirror : k - mirror);
      case Pair(var left, var right, var same) -> new Pair(image(left), image(right), same);
    };
  }

  private ContractionCost step(long left, long right) {
    long needed = needed(left | right);
    long x = visible(left);
    long y = visible(right);
    long shared = x & y;
    return ContractionCost.of(
        new Sizes(size(shared & needed), size(x & ~y), size(y & ~x), size(shared & ~needed)),
        elementBytes);
  }

  /// Indices of the result of contracting `members`.
  private long visible(long members) {
    return indices(members) & needed(members);
  }

  private long needed(long members) {
    long outside = out;
    for (int k = 0; k < factors.size(); k++) {
      outside |= (members >>> k & 1) == 0 ? factors.get(k) : 0;
    }
    return outside;
  }

  private long indices(long members) {
    long all = 0;
    for (int k = 0; k < factors.size(); k++) {
      all |= (members >>> k & 1) != 0 ? factors.get(k) : 0;
    }
    return all;
  }

  private double size(long mask) {
    double size = 1;
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      size *= names.get(Long.numberOfTrailingZeros(rest)).size();
    }
    return size;
  }
}
