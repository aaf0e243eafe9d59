package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.List;

/// How far windows reach over the border.
public sealed interface Padding {

  /// As much as makes `ceil(size / stride)` positions: the odd element goes to the end.
  Padding SAME = new Same();

  /// None: windows lie within the operand.
  Padding VALID = new Valid();

  /// As much as [#SAME], read from the other end of the axis.
  Padding CIRCULAR = new Circular();

  /// `lo[k]` elements before and `hi[k]` after along spatial axis `k`; negative counts cut.
  static Padding of(List<Long> lo, List<Long> hi) {
    return new Explicit(lo, hi);
  }

  /// [#SAME]
  record Same() implements Padding {}

  /// [#VALID]
  record Valid() implements Padding {}

  /// [#CIRCULAR]
  record Circular() implements Padding {}

  /// [#of]
  record Explicit(List<Long> lo, List<Long> hi) implements Padding {
    public Explicit {
      lo = List.copyOf(lo);
      hi = List.copyOf(hi);
      if (lo.size() != hi.size()) {
        throw new IllegalArgumentException(
            "padding: %d amounts before and %d after".formatted(lo.size(), hi.size()));
      }
    }
  }

  /// The amounts for windows that cover `extents` elements of axes of `sizes`.
  ///
  /// @param extents `(window - 1) * dilation + 1`
  default Explicit amounts(List<Long> sizes, List<Long> extents, List<Long> strides) {
    return switch (this) {
      case Same() -> same(sizes, extents, strides);
      case Circular() -> same(sizes, extents, strides);
      case Valid() -> {
        List<Long> none = sizes.stream().map(_ -> 0L).toList();
        yield new Explicit(none, none);
      }
      case Explicit e -> {
        if (e.lo().size() != sizes.size()) {
          throw new IllegalArgumentException(
              "padding: %d amounts for %d spatial axes".formatted(e.lo().size(), sizes.size()));
        }
        yield e;
      }
    };
  }

  private static Explicit same(List<Long> sizes, List<Long> extents, List<Long> strides) {
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    for (int k = 0; k < sizes.size(); k++) {
      long positions = Math.ceilDiv(sizes.get(k), strides.get(k));
      long total = Math.max((positions - 1) * strides.get(k) + extents.get(k) - sizes.get(k), 0);
      lo.add(total / 2);
      hi.add(total - total / 2);
    }
    return new Explicit(lo, hi);
  }

  /// `x` with these amounts of its other end before and after the axes `first, first + 1, ..`.
  static Value wrap(Value x, int first, Explicit amounts) {
    Value result = x;
    for (int k = 0; k < amounts.lo().size(); k++) {
      int axis = first + k;
      long size = x.dim(axis);
      long lo = amounts.lo().get(k);
      long hi = amounts.hi().get(k);
      if (lo > size || hi > size) {
        throw new IllegalArgumentException(
            "padding: %d and %d circular elements exceed axis %d of size %d"
                .formatted(lo, hi, axis, size));
      }
      if (lo + hi > 0) {
        result =
            Functions.concatenate(
                axis, result.slice(axis, size - lo, size), result, result.slice(axis, 0, hi));
      }
    }
    return result;
  }
}
