package org.ntk4j.ir.trace;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Axes counted from either end, checked.
final class Axes {
  private Axes() {}

  /// `axis` counted from 0; negative ones count from the end.
  static int of(String what, int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException(
          what + ": axis " + axis + " is out of range for a value of rank " + rank);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /// `axes` counted from 0, in their order.
  static List<Integer> of(String what, int[] axes, int rank) {
    List<Integer> result = Arrays.stream(axes).map(a -> of(what, a, rank)).boxed().toList();
    Set<Integer> seen = new HashSet<>();
    for (int axis : result) {
      if (!seen.add(axis)) {
        throw new IllegalArgumentException(
            what + ": axis " + axis + " occurs twice in " + Arrays.toString(axes));
      }
    }
    return result;
  }

  /// `axes` counted from 0 in increasing order; all axes if none is named.
  static List<Integer> orAll(String what, int[] axes, int rank) {
    return axes.length == 0 ? range(0, rank) : of(what, axes, rank).stream().sorted().toList();
  }

  /// `from, .., to - 1`.
  static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /// Whether `permutation` is `0, 1, ..`.
  static boolean isIdentity(List<Integer> permutation) {
    return permutation.equals(range(0, permutation.size()));
  }
}
