package org.ntk4j.ir.eval;

import org.ntk4j.core.Shape;

/// Element `i..` of a strided view is at `offset + Σ_k i_k · stride_k` elements.
final class View {
  private final long offset;
  private final long[] strides;

  private View(long offset, long[] strides) {
    this.offset = offset;
    this.strides = strides;
  }

  static View of(long offset, long... strides) {
    return new View(offset, strides.clone());
  }

  /// All of a row-major tensor of this shape.
  static View of(Shape shape) {
    return new View(0, shape.strides());
  }

  long offset() {
    return offset;
  }

  long stride(int axis) {
    return strides[axis];
  }

  int rank() {
    return strides.length;
  }

  /// This view with `elements` added to its offset.
  View plus(long elements) {
    return new View(offset + elements, strides);
  }

  /// This view starting at index `start` of `axis`, then every `step`-th.
  View from(int axis, long start, long step) {
    long[] stepped = strides.clone();
    stepped[axis] *= step;
    return new View(offset + start * strides[axis], stepped);
  }

  /// The view whose axis `k` is axis `axes[k]` of this one; −1 for an axis that repeats.
  View select(int... axes) {
    long[] selected = new long[axes.length];
    for (int k = 0; k < axes.length; k++) {
      selected[k] = axes[k] < 0 ? 0 : strides[axes[k]];
    }
    return new View(offset, selected);
  }
}
