package org.ntk4j.ir.op;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Primitive;

/// The numbered constraints of one primitive on one list of operands.
///
/// Every method takes the number of the constraint it checks.
final class Check {
  private final String mnemonic;
  private final List<Aval> operands;

  private Check(String mnemonic, List<Aval> operands) {
    this.mnemonic = mnemonic;
    this.operands = operands;
  }

  static Check of(Primitive p, List<Aval> operands) {
    return new Check(p.mnemonic(), operands);
  }

  /// `holds`, or the problem in `String.format` notation.
  void that(boolean holds, int constraint, String problem, Object... numbers) {
    if (!holds) {
      throw new IrException(mnemonic + ".C" + constraint, problem.formatted(numbers), operands);
    }
  }

  /// `count` operands.
  void count(int constraint, int count) {
    String noun = count == 1 ? "operand" : "operands";
    that(
        operands.size() == count,
        constraint,
        "expects %d %s, got %d",
        count,
        noun,
        operands.size());
  }

  /// One operand, returned.
  Aval only(int constraint) {
    count(constraint, 1);
    return operands.getFirst();
  }

  /// C1 two operands of equal aval; C2 a numeric dtype. Returns the aval as the only result.
  List<Aval> equalNumericPair() {
    count(1, 2);
    Aval x = operands.get(0);
    that(x.equals(operands.get(1)), 1, "avals differ: %s and %s", x, operands.get(1));
    numeric(2, x);
    return List.of(x);
  }

  void numeric(int constraint, Aval x) {
    that(x.dtype().isNumeric(), constraint, "expects a numeric dtype, got %s", x.dtype());
  }

  void integer(int constraint, Aval x) {
    that(x.dtype().isInteger(), constraint, "expects an integer dtype, got %s", x.dtype());
  }

  void floating(int constraint, Aval x) {
    that(x.isFloating(), constraint, "expects a floating-point dtype, got %s", x.dtype());
  }

  /// An axis of a tensor of `rank`.
  void axis(int constraint, int axis, int rank) {
    that(0 <= axis && axis < rank, constraint, "axis %d is not an axis of rank %d", axis, rank);
  }

  /// Distinct axes of `whose` tensor of `rank`.
  void axes(int constraint, String whose, List<Integer> axes, int rank) {
    for (int axis : axes) {
      boolean within = 0 <= axis && axis < rank;
      that(within, constraint, "%s axis %d is not an axis of rank %d", whose, axis, rank);
    }
    that(isDistinct(axes), constraint, "%s axes %s are not distinct", whose, axes);
  }

  /// One entry per axis (or spatial dimension).
  void perAxis(int constraint, String name, List<Long> list, int rank) {
    that(list.size() == rank, constraint, "%s has length %d, expects %d", name, list.size(), rank);
  }

  /// Entries of at least 1.
  void atLeastOne(int constraint, String name, List<Long> list) {
    that(
        list.stream().allMatch(n -> n >= 1),
        constraint,
        "%s %s are not all at least 1",
        name,
        list);
  }

  /// Equal sizes of the named axes, pairwise.
  void sizes(int constraint, String kind, Aval x, List<Integer> lhs, Aval y, List<Integer> rhs) {
    for (int k = 0; k < lhs.size(); k++) {
      long left = x.dim(lhs.get(k));
      long right = y.dim(rhs.get(k));
      that(
          left == right,
          constraint,
          "%s sizes differ: lhs axis %d has size %d, rhs axis %d has size %d",
          kind,
          lhs.get(k),
          left,
          rhs.get(k),
          right);
    }
  }

  /// Equal sizes of the first `count` axes.
  void leading(int constraint, int count, Aval x, Aval y) {
    Shape left = x.shape().subShape(0, count);
    Shape right = y.shape().subShape(0, count);
    that(left.equals(right), constraint, "leading sizes differ: %s and %s", left, right);
  }

  /// A block of the rank of `x` that fits into it.
  void block(int rankConstraint, int fitConstraint, Shape block, Shape x) {
    boolean sameRank = block.rank() == x.rank();
    that(sameRank, rankConstraint, "block has rank %d, expects %d", block.rank(), x.rank());
    for (int k = 0; k < x.rank(); k++) {
      boolean fits = block.dim(k) <= x.dim(k);
      that(fits, fitConstraint, "axis %d: block size %d exceeds %d", k, block.dim(k), x.dim(k));
    }
  }

  /// An integer vector with `rank` elements.
  void startVector(int constraint, Aval start, int rank) {
    boolean fits = start.dtype().isInteger() && start.shape().equals(Shape.of(rank));
    that(fits, constraint, "expects an integer start [%d], got %s", rank, start);
  }

  /// Rank at least 2 and equal last two sizes.
  void square(int constraint, Aval x) {
    int rank = x.rank();
    boolean square = rank >= 2 && x.dim(rank - 2) == x.dim(rank - 1);
    that(square, constraint, "expects square matrices, got %s", x);
  }

  /// Equal lists of avals.
  void avals(int constraint, String of, List<Aval> expected, List<Aval> actual) {
    that(expected.equals(actual), constraint, "expects %s %s, got %s", of, expected, actual);
  }

  static <T> List<T> concat(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  static List<Integer> sorted(List<Integer> axes) {
    return axes.stream().sorted().toList();
  }

  static boolean isPermutation(List<Integer> axes, int rank) {
    boolean within = axes.stream().allMatch(axis -> 0 <= axis && axis < rank);
    return within && axes.size() == rank && isDistinct(axes);
  }

  private static boolean isDistinct(List<Integer> axes) {
    return new HashSet<>(axes).size() == axes.size();
  }
}
