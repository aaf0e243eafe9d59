package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;

/// A linear map of one parameter, by named indices: `v[axes] = coefficient · Σ Π factors ·
/// root[digits]`, summed over every index that no axis has.
///
/// Using one index in several places is a Kronecker delta; what is not a delta is a factor, or a
/// link of a digit. The form is closed under the rules of [MapRules].
///
/// @param root the parameter, or a value derived linearly from parameters
/// @param axes the axes of the value
/// @param digits the row-major position in the root, most significant digit first
record IndexedMap(
    Var root, double coefficient, List<Factor> factors, List<Axis> axes, List<Digit> digits) {
  IndexedMap {
    factors = List.copyOf(factors);
    axes = List.copyOf(axes);
    digits = List.copyOf(digits);
  }

  /// `v = root`.
  static IndexedMap identity(Var root) {
    List<List<Index>> axes = Index.axes(root.aval().shape().dims());
    return new IndexedMap(
        root,
        1,
        List.of(),
        axes.stream().map(Axis::of).toList(),
        axes.stream().flatMap(List::stream).map(Digit::plain).toList());
  }

  IndexedMap times(double c) {
    return new IndexedMap(root, coefficient * c, factors, axes, digits);
  }

  IndexedMap withAxes(List<Axis> other) {
    return new IndexedMap(root, coefficient, factors, other, digits);
  }

  IndexedMap with(Factor factor) {
    List<Factor> more = new ArrayList<>(factors);
    more.add(factor);
    return new IndexedMap(root, coefficient, more, axes, digits);
  }

  /// This map times an array that has an axis per list of `arrayAxes`; a literal scales.
  IndexedMap timesArray(Builder b, Atom array, List<List<Index>> arrayAxes) {
    return array instanceof Atom.Literal literal
        ? times(literal.value())
        : with(Dense.of(b, array, arrayAxes));
  }

  /// The digits of axis `k`.
  List<Index> axis(int k) {
    return axes.get(k).digits();
  }

  boolean isEmbedded() {
    return axes.stream().anyMatch(a -> a.embedding().isPresent());
  }

  /// Whether `v` is its root with indices renamed and scaled: no factor, no embedding, no link.
  boolean isPlain() {
    return factors.isEmpty() && !isEmbedded() && digits.stream().allMatch(d -> d.link().isEmpty());
  }

  /// Whether `index` occurs in a factor, a digit or a link.
  boolean uses(Index index) {
    return factors.stream().anyMatch(f -> f.indices().contains(index))
        || digits.stream()
            .anyMatch(d ->
                d.index() == index || d.link().map(l -> l.indices().contains(index)).orElse(false));
  }

  /// This map summed over those of `indices` that no axis has: a sum over an index that nothing
  /// depends on is a multiplication by its size.
  IndexedMap summedOver(Iterable<Index> indices) {
    IndexedMap sum = this;
    for (Index i : indices) {
      boolean free = !uses(i) && axes.stream().noneMatch(a -> a.digits().contains(i));
      sum = free ? sum.times(i.size()) : sum;
    }
    return sum;
  }

  /// Every index of this map.
  Set<Index> indices() {
    Set<Index> all = new LinkedHashSet<>();
    axes.forEach(a -> all.addAll(a.digits()));
    factors.forEach(f -> all.addAll(f.indices()));
    for (Digit d : digits) {
      d.link().ifPresentOrElse(l -> all.addAll(l.indices()), () -> all.add(d.index()));
    }
    return all;
  }

  /// The same map with indices of its own.
  IndexedMap fresh() {
    Map<Index, Index> names = new HashMap<>();
    return rename(i -> names.computeIfAbsent(i, j -> new Index(j.size())));
  }

  private IndexedMap rename(UnaryOperator<Index> names) {
    return new IndexedMap(
        root,
        coefficient,
        factors.stream().map(f -> f.rename(names)).toList(),
        axes.stream()
            .map(a -> new Axis(a.digits().stream().map(names).toList(), a.embedding()))
            .toList(),
        digits.stream()
            .map(d -> new Digit(names.apply(d.index()), d.link().map(l -> rename(l, names))))
            .toList());
  }

  private static Link rename(Link link, UnaryOperator<Index> names) {
    return switch (link) {
      case Link.Affine(var inner, var start, var stride) ->
          new Link.Affine(names.apply(inner), start, stride);
      case Link.Fixed f -> f;
      case Link.Table(var ids) -> new Link.Table(ids.rename(names));
    };
  }

  /// This map with `index` replaced by its digits `parts`; empty if a link forbids it.
  Optional<IndexedMap> split(Builder b, Index index, List<Index> parts) {
    List<Digit> split = new ArrayList<>();
    for (Digit d : digits) {
      if (d.link().isPresent()) {
        Optional<Link> link = split(b, d.link().get(), index, parts);
        if (link.isEmpty()) {
          return Optional.empty();
        }
        split.add(new Digit(d.index(), link));
      } else if (d.index() == index) {
        parts.forEach(part -> split.add(Digit.plain(part)));
      } else {
        split.add(d);
      }
    }
    return Optional.of(
        new IndexedMap(
            root,
            coefficient,
            factors.stream().map(f -> f.split(b, index, parts)).toList(),
            axes.stream()
                .map(a -> new Axis(split(a.digits(), index, parts), a.embedding()))
                .toList(),
            split));
  }

  private static List<Index> split(List<Index> digits, Index index, List<Index> parts) {
    return digits.stream().flatMap(i -> (i == index ? parts : List.of(i)).stream()).toList();
  }

  private static Optional<Link> split(Builder b, Link link, Index index, List<Index> parts) {
    return switch (link) {
      case Link.Affine affine when affine.inner() != index -> Optional.of(affine);
      case Link.Affine(_, var start, var stride) when parts.size() == 1 ->
          Optional.of(new Link.Affine(parts.getFirst(), start, stride));
      case Link.Affine affine ->
          Optional.of(new Link.Table(Links.table(b, affine).split(b, index, parts)));
      case Link.Fixed f -> Optional.of(f);
      case Link.Table(var ids) -> Optional.of(new Link.Table(ids.split(b, index, parts)));
    };
  }

  /// `v` at positions `start + stride * i` of `index`, for `i < count`: the index is replaced by a
  /// fresh one (none if `count` is 1) everywhere.
  IndexedMap restrict(Builder b, Index index, long start, long stride, long count) {
    return restrict(b, index, start, stride, Index.axis(count));
  }

  /// `v` at positions `start + stride * i` of `index`, for `i` in `range` (one position if empty).
  IndexedMap restrict(Builder b, Index index, long start, long stride, List<Index> range) {
    long count = Index.size(range);
    List<Digit> moved =
        digits.stream().map(d -> restrict(b, d, index, start, stride, range)).toList();
    return new IndexedMap(
        root,
        coefficient,
        factors.stream()
            .map(f ->
                f.indices().contains(index)
                    ? f.dense(b).restrict(b, index, start, stride, count, range)
                    : f)
            .toList(),
        axes.stream().map(a -> new Axis(split(a.digits(), index, range), a.embedding())).toList(),
        moved);
  }

  private static Digit restrict(
      Builder b, Digit d, Index index, long start, long stride, List<Index> range) {
    if (d.link().isEmpty()) {
      return d.index() == index
          ? new Digit(d.index(), Optional.of(affine(range, start, stride)))
          : d;
    }
    return switch (d.link().get()) {
      case Link.Affine(var inner, var s, var t) ->
          inner == index
              ? new Digit(d.index(), Optional.of(affine(range, s + t * start, t * stride)))
              : d;
      case Link.Fixed _ -> d;
      case Link.Table(var ids) ->
          new Digit(
              d.index(),
              Optional.of(
                  new Link.Table(ids.restrict(b, index, start, stride, Index.size(range), range))));
    };
  }

  private static Link affine(List<Index> range, long start, long stride) {
    return range.isEmpty()
        ? new Link.Fixed(start)
        : new Link.Affine(range.getFirst(), start, stride);
  }

  /// `v` with `index` read through a table over other indices: `index = ids[t..]`, 0 where an id is
  /// out of range. The axes keep `index`; the caller replaces it there.
  IndexedMap lookup(Builder b, Index index, Dense ids) {
    return new IndexedMap(
        root,
        coefficient,
        factors.stream()
            .map(f -> f.indices().contains(index) ? (Factor) f.dense(b).lookup(b, index, ids) : f)
            .toList(),
        axes,
        digits.stream().map(d -> Links.lookup(b, d, index, ids)).toList());
  }
}
