package org.ntk4j.autodiff.structure;

import java.util.List;

/// A name for a position along an axis, ranging over `0..size-1`.
///
/// Two indices are equal only if they are the same object: using one index in two places *is* the
/// Kronecker delta between those places. An axis of size 1 has no index at all, and an axis may
/// have several (its mixed-radix digits, most significant first), so that reshapes only regroup
/// indices.
public final class Index {
  private final long size;

  Index(long size) {
    this.size = size;
  }

  /// Number of positions.
  public long size() {
    return size;
  }

  /// The digits of a fresh axis: one index, or none if its size is 1.
  static List<Index> axis(long size) {
    return size == 1 ? List.of() : List.of(new Index(size));
  }

  /// Fresh digits for every axis of `dims`.
  static List<List<Index>> axes(List<Long> dims) {
    return dims.stream().map(Index::axis).toList();
  }

  /// Product of the sizes of `digits`.
  static long size(List<Index> digits) {
    return digits.stream().mapToLong(Index::size).reduce(1, Math::multiplyExact);
  }

  @Override
  public String toString() {
    return "i" + Integer.toHexString(System.identityHashCode(this)) + "<" + size + ">";
  }
}
