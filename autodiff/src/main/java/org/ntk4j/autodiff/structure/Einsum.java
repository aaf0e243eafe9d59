package org.ntk4j.autodiff.structure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// `k[outs] = coefficient · Σ Π factors`, summed over every other index.
///
/// @param all every index; one that neither a factor nor an output has multiplies by its size
/// @param outs digits of each axis of the result; an index that several of them have is a diagonal
/// @param mirror if positive, factor `k + mirror` is factor `k` with other names, for `k < mirror`
record Einsum(
    double coefficient, List<Factor> factors, Set<Index> all, List<List<Index>> outs, int mirror) {
  Einsum {
    factors = List.copyOf(factors);
    all = new LinkedHashSet<>(all);
    outs = outs.stream().map(List::copyOf).toList();
  }

  /// The einsum of uses that touch disjoint parts of a parameter.
  static Einsum zero(List<List<Index>> outs) {
    return new Einsum(0, List.of(), Set.of(), outs, 0);
  }

  boolean isZero() {
    return coefficient == 0;
  }

  /// The distinct indices of the result.
  Set<Index> outIndices() {
    Set<Index> out = new LinkedHashSet<>();
    outs.forEach(out::addAll);
    return out;
  }

  /// Product of the sizes of the indices that nothing depends on.
  double freeSize() {
    Set<Index> bound = outIndices();
    factors.forEach(f -> bound.addAll(f.indices()));
    double size = 1;
    for (Index i : all) {
      size *= bound.contains(i) ? 1 : i.size();
    }
    return size;
  }

  /// The same einsum, its factors not known to mirror each other.
  Einsum withoutMirror() {
    return new Einsum(coefficient, factors, all, outs, 0);
  }
}
