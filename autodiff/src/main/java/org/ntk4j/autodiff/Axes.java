package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Transpose;

/// Lists of axes, and the small programs that move or compare them.
final class Axes {
  private Axes() {}

  /// `from, from + 1, .., to - 1`.
  static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /// The axes below `rank` that are not in `axes`.
  static List<Integer> others(int rank, Collection<Integer> axes) {
    return IntStream.range(0, rank).filter(i -> !axes.contains(i)).boxed().toList();
  }

  static List<Integer> concat(List<Integer> a, List<Integer> b) {
    List<Integer> all = new ArrayList<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }

  /// `q` with `q[permutation[k]] = k`.
  static List<Integer> inverse(List<Integer> permutation) {
    return IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList();
  }

  /// The permutation that moves `axis` last.
  static List<Integer> toLast(int rank, int axis) {
    return concat(others(rank, List.of(axis)), List.of(axis));
  }

  /// `x` with its axes permuted.
  static Atom permute(Builder b, Atom x, List<Integer> permutation) {
    return permutation.equals(range(0, permutation.size()))
        ? x
        : b.emit(new Transpose(permutation), x);
  }

  /// `rank` entries of `value`, but `special` at `axis`.
  static List<Long> at(int rank, int axis, long special, long value) {
    List<Long> all = new ArrayList<>(Collections.nCopies(rank, value));
    all.set(axis, special);
    return List.copyOf(all);
  }

  /// Whether index `axis` compares to index `other` so; boolean of shape `shape`.
  static Atom indices(Builder b, Shape shape, int axis, Comparison kind, int other) {
    return b.emit(
        new Compare(kind),
        b.emit(new Iota(shape, axis, DType.I64)),
        b.emit(new Iota(shape, other, DType.I64)));
  }

  static Literal zero(Atom like) {
    return Literal.of(0, like.aval());
  }

  static Literal one(Atom like) {
    return Literal.of(1, like.aval());
  }
}
