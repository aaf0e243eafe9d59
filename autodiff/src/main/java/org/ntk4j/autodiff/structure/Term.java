package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ntk4j.autodiff.structure.Link.Affine;
import org.ntk4j.autodiff.structure.Link.Fixed;
import org.ntk4j.autodiff.structure.Link.Table;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Builder;

/// The einsum of two uses of one parameter: `Σ ∂y[outs]/∂w[W] · ∂y'[outs']/∂w[W']` with `W = W'`,
/// index by index, and equal names for traced and diagonal output axes. Nothing else is special.
final class Term {
  private final Builder b;
  private final DType dtype;
  private final Matching matching;
  private int meetings;

  private Term(Builder b, DType dtype, Side first, Side second) {
    this.b = b;
    this.dtype = dtype;
    this.matching = new Matching(b, List.of(first.map(), second.map()));
  }

  /// The einsum, absent if the two sides cut the parameter's axes in ways without a common
  /// refinement; an einsum without factors and coefficient 0 where the uses touch disjoint parts.
  ///
  /// @param second has indices of its own
  static Optional<Einsum> of(Builder b, DType dtype, Side first, Side second, KernelAxes axes) {
    return new Term(b, dtype, first, second).build(axes);
  }

  private IndexedMap first() {
    return matching.maps().get(0);
  }

  private IndexedMap second() {
    return matching.maps().get(1);
  }

  private Optional<Einsum> build(KernelAxes axes) {
    for (int axis = 0; axis < first().axes().size(); axis++) {
      if (axes.unifies(axis) && !matching.unify(first().axis(axis), second().axis(axis))) {
        return Optional.empty();
      }
    }
    if (!refineDigits()) {
      return Optional.empty();
    }
    // Names first, then ranges, then tables, which may depend on any of the names.
    boolean meet = meetAll(Kind.PLAIN) && meetAll(Kind.RANGE) && meetAll(Kind.TABLE);
    List<List<Index>> outs = outputs(axes);
    return Optional.of(meet ? einsum(outs) : Einsum.zero(outs));
  }

  private enum Kind {
    PLAIN,
    RANGE,
    TABLE;

    static Kind of(Digit x, Digit y) {
      boolean table =
          x.link().orElse(null) instanceof Table || y.link().orElse(null) instanceof Table;
      boolean plain = x.link().isEmpty() && y.link().isEmpty();
      return table ? TABLE : plain ? PLAIN : RANGE;
    }
  }

  private boolean meetAll(Kind kind) {
    for (int k = 0; k < first().digits().size(); k++) {
      Kind own = Kind.of(first().digits().get(k), second().digits().get(k));
      if (own == kind && !meet(k)) {
        return false;
      }
    }
    return true;
  }

  /// Splits plain digits until both sides have digits of the same sizes.
  private boolean refineDigits() {
    int k = 0;
    while (k < first().digits().size() && k < second().digits().size()) {
      Digit x = first().digits().get(k);
      Digit y = second().digits().get(k);
      long i = x.index().size();
      long j = y.index().size();
      if (i == j) {
        k++;
      } else if (!split(i > j ? x : y, Math.min(i, j))) {
        return false;
      }
    }
    return k == first().digits().size() && k == second().digits().size();
  }

  private boolean split(Digit large, long head) {
    long size = large.index().size();
    if (large.link().isPresent() || head == 0 || size % head != 0) {
      return false;
    }
    return matching.replace(large.index(), List.of(new Index(head), new Index(size / head)));
  }

  /// Makes digit `k` of both sides the same position; false if that is impossible.
  private boolean meet(int k) {
    Digit x = first().digits().get(k);
    Digit y = second().digits().get(k);
    if (x.link().isEmpty() && y.link().isEmpty()) {
      return x.index() == y.index() || matching.replace(y.index(), List.of(x.index()));
    }
    if (x.link().isPresent() && y.link().isPresent()) {
      return meetLinks(k, x, y);
    }
    return x.link().isPresent()
        ? readThrough(k, y, x.link().get())
        : readThrough(k, x, y.link().orElseThrow());
  }

  private boolean meetLinks(int k, Digit x, Digit y) {
    return switch (x.link().orElseThrow()) {
      case Affine a when y.link().orElseThrow() instanceof Affine c && a.stride() == c.stride() ->
          meetRanges(k, a, c);
      case Fixed(var start) when y.link().orElseThrow() instanceof Fixed(var other) ->
          start == other;
      case Affine a -> addMeeting(a, y);
      case Fixed f -> addMeeting(f, y);
      case Table t -> addMeeting(t, y);
    };
  }

  private boolean addMeeting(Link x, Digit y) {
    add(Links.meet(b, x, y.link().orElseThrow(), y.index().size(), dtype));
    return true;
  }

  /// Where digits meet is one more factor; it goes with the first side's, so that further renaming
  /// reaches it.
  private void add(Dense meeting) {
    matching.set(0, first().with(meeting));
    meetings++;
  }

  private void restrict(Index i, long start, long stride, long count) {
    List<Index> range = Index.axis(count);
    matching.set(0, first().restrict(b, i, start, stride, range));
    matching.set(1, second().restrict(b, i, start, stride, range));
  }

  /// `start + stride i = start' + stride i'`: the overlap of two ranges.
  private boolean meetRanges(int k, Affine x, Affine y) {
    long difference = x.start() - y.start();
    if (difference % x.stride() != 0) {
      return false;
    }
    long shift = difference / x.stride(); // i' = i + shift
    if (x.inner() == y.inner()) {
      return shift == 0;
    }
    long from = Math.max(0, -shift);
    long count = Math.min(x.inner().size(), y.inner().size() - shift) - from;
    if (count <= 0) {
      return false;
    }
    if (count == x.inner().size() && count == y.inner().size()) {
      return matching.replace(y.inner(), List.of(x.inner()));
    }
    if (isOutput(x.inner()) || isOutput(y.inner())) {
      return addMeeting(x, second().digits().get(k));
    }
    restrict(x.inner(), from, 1, count);
    restrict(y.inner(), from + shift, 1, count);
    return meet(k);
  }

  private boolean isOutput(Index i) {
    return Stream.of(first(), second())
        .flatMap(m -> m.axes().stream())
        .anyMatch(a -> a.digits().contains(i));
  }

  /// A plain digit of one side meets a linked one: everything with that index is read through the
  /// link, unless the index is an output's too, or the link is a function of that index itself.
  private boolean readThrough(int k, Digit plain, Link link) {
    Index i = plain.index();
    if (isOutput(i) || link instanceof Table(var own) && own.indices().contains(i)) {
      return addMeeting(link, new Digit(i, Optional.of(new Affine(i, 0, 1))));
    }
    return switch (link) {
      case Affine(var inner, var start, var stride) -> {
        restrict(i, start, stride, inner.size());
        yield meet(k);
      }
      case Fixed(var start) -> {
        restrict(i, start, 1, 1);
        yield true;
      }
      case Table(var ids) -> {
        if (!isRead(i)) {
          // Nothing is read, so nothing becomes 0 where an id is out of range.
          add(Links.inside(b, link, i.size(), dtype));
        }
        matching.set(0, first().lookup(b, i, ids));
        matching.set(1, second().lookup(b, i, ids));
        yield true;
      }
    };
  }

  private boolean isRead(Index i) {
    return Stream.concat(first().factors().stream(), second().factors().stream())
        .anyMatch(f -> f.indices().contains(i));
  }

  private List<List<Index>> outputs(KernelAxes axes) {
    List<List<Index>> outs = new ArrayList<>();
    int rank = Math.max(first().axes().size(), second().axes().size());
    for (int axis = 0; axis < rank; axis++) {
      if (axes.trace().contains(axis)) {
        continue;
      }
      if (axis < first().axes().size()) {
        outs.add(first().axis(axis));
      }
      if (axis < second().axes().size() && !axes.diagonal().contains(axis)) {
        outs.add(second().axis(axis));
      }
    }
    return outs;
  }

  private Einsum einsum(List<List<Index>> outs) {
    List<Factor> factors = new ArrayList<>(first().factors());
    factors.addAll(second().factors());
    int own = first().factors().size();
    boolean mirrored = own == second().factors().size() && meetings == 0;
    Set<Index> all = new LinkedHashSet<>(first().indices());
    all.addAll(second().indices());
    return new Einsum(
        first().coefficient() * second().coefficient(), factors, all, outs, mirrored ? own : 0);
  }
}
