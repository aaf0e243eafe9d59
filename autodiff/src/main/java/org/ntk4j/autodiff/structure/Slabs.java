package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.autodiff.structure.ContractionPath.Leaf;
import org.ntk4j.autodiff.structure.ContractionPath.Pair;
import org.ntk4j.ir.Builder;

/// An einsum as a sum of einsums over slabs of a parameter: where its order of contraction forms
/// gradients that are too large, those of a part of the parameter are formed and contracted before
/// those of the next part.
///
/// `Σ_w g[w] g'[w] = Σ_slabs Σ_{w in slab} g[w] g'[w]`: exact for any cut of any index that is
/// summed.
final class Slabs {
  /// More of them make programs long.
  private static final long COUNT_MAX = 64;

  private final Einsums.Planned whole;
  private final int elementBytes;

  private Slabs(Einsums.Planned whole, int elementBytes) {
    this.whole = whole;
    this.elementBytes = elementBytes;
  }

  /// `whole`, or slabs of it of which the last contraction's operands take `most` bytes, as nearly
  /// as slabs along one index allow, and no more than [#COUNT_MAX] of them.
  static List<Einsums.Planned> of(Builder b, Einsums.Planned whole, int elementBytes, long most) {
    Slabs slabs = new Slabs(whole, elementBytes);
    double gradients = slabs.gradientBytes();
    Optional<Index> cut = gradients > most ? slabs.cut() : Optional.empty();
    return cut.map(i -> slabs.along(b, i, (long) Math.ceil(gradients / Math.max(1, most))))
        .orElse(List.of(whole));
  }

  /// What the last contraction takes: no array that exists anyway.
  private double gradientBytes() {
    return whole.path() instanceof Pair(var left, var right, boolean mirrored)
        ? bytes(left) + (mirrored ? 0 : bytes(right))
        : 0;
  }

  private double bytes(ContractionPath side) {
    if (side instanceof Leaf(int k) && whole.operands().get(k) instanceof Dense) {
      return 0;
    }
    double size = elementBytes;
    for (Index i : visible(side)) {
      size *= i.size();
    }
    return size;
  }

  /// The indices of what `side` is contracted to.
  private Set<Index> visible(ContractionPath side) {
    Set<Index> needed = new HashSet<>(whole.einsum().outIndices());
    Set<Index> own = new LinkedHashSet<>();
    for (int k = 0; k < whole.operands().size(); k++) {
      boolean inside = (side.members() >>> k & 1) != 0;
      (inside ? own : needed).addAll(whole.operands().get(k).indices());
    }
    own.retainAll(needed);
    return own;
  }

  /// The longest index that the last contraction sums and that only arrays have.
  private Optional<Index> cut() {
    Pair last = (Pair) whole.path();
    Set<Index> summed = visible(last.left());
    summed.retainAll(visible(last.right()));
    summed.removeAll(whole.einsum().outIndices());
    return summed.stream()
        .filter(i -> i.size() > 1 && whole.einsum().factors().stream().allMatch(f -> isCut(f, i)))
        .max(Comparator.comparingLong(Index::size));
  }

  private static boolean isCut(Factor f, Index i) {
    return f instanceof Dense || !f.indices().contains(i);
  }

  private List<Einsums.Planned> along(Builder b, Index i, long wanted) {
    long count = Math.min(Math.min(wanted, COUNT_MAX), i.size());
    long length = Math.ceilDiv(i.size(), count);
    List<Einsums.Planned> slabs = new ArrayList<>();
    for (long start = 0; start < i.size(); start += length) {
      long own = Math.min(length, i.size() - start);
      double share = (double) own / i.size();
      slabs.add(Einsums.like(whole, slab(b, i, start, own), share));
    }
    return slabs;
  }

  private Einsum slab(Builder b, Index i, long start, long length) {
    Einsum einsum = whole.einsum();
    List<Index> range = Index.axis(length);
    List<Factor> factors = new ArrayList<>();
    for (Factor f : einsum.factors()) {
      factors.add(f instanceof Dense dense ? dense.restrict(b, i, start, 1, length, range) : f);
    }
    Set<Index> all = new LinkedHashSet<>(einsum.all());
    all.remove(i);
    all.addAll(range);
    return new Einsum(einsum.coefficient(), factors, all, einsum.outs(), 0);
  }
}
