package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.Optional;

/// An axis of a value of the linear program.
///
/// @param digits its indices, most significant first
/// @param embedding where the digits lie within the axis, if they do not fill it; then there is at
///   most one digit, and the other positions are 0
record Axis(List<Index> digits, Optional<Embedding> embedding) {
  Axis {
    digits = List.copyOf(digits);
  }

  /// Positions `start + stride * i` of an axis of size `size`, for `i < count`.
  record Embedding(long start, long stride, long count, long size) {}

  static Axis of(List<Index> digits) {
    return new Axis(digits, Optional.empty());
  }

  /// Size of the axis in the value.
  long size() {
    return embedding.map(Embedding::size).orElseGet(() -> Index.size(digits));
  }
}
