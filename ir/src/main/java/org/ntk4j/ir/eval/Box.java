package org.ntk4j.ir.eval;

import java.util.Arrays;

/// A box of multi-indices with two strided views of it, simplified: no axes of size 1, and axes
/// that are contiguous in both views merged.
final class Box {
  /// Read-only.
  private final long[] dims;

  private final View a;
  private final View b;

  private Box(long[] dims, View a, View b) {
    this.dims = dims;
    this.a = a;
    this.b = b;
  }

  static Box of(long[] dims, View a, View b) {
    int rank = 0;
    long[] merged = new long[dims.length];
    long[] aStrides = new long[dims.length];
    long[] bStrides = new long[dims.length];
    for (int k = 0; k < dims.length; k++) {
      if (dims[k] == 1) {
        continue;
      }
      int last = rank - 1;
      boolean joins =
          rank > 0
              && aStrides[last] == a.stride(k) * dims[k]
              && bStrides[last] == b.stride(k) * dims[k];
      int axis = joins ? last : rank++;
      merged[axis] = joins ? merged[axis] * dims[k] : dims[k];
      aStrides[axis] = a.stride(k);
      bStrides[axis] = b.stride(k);
    }
    return new Box(
        Arrays.copyOf(merged, rank),
        View.of(a.offset(), Arrays.copyOf(aStrides, rank)),
        View.of(b.offset(), Arrays.copyOf(bStrides, rank)));
  }

  int rank() {
    return dims.length;
  }

  long dim(int axis) {
    return dims[axis];
  }

  View first() {
    return a;
  }

  View second() {
    return b;
  }

  long size() {
    long size = 1;
    for (long d : dims) {
      size *= d;
    }
    return size;
  }

  /// The part from index `from` to `to - 1` of `axis`.
  Box range(int axis, long from, long to) {
    long[] part = dims.clone();
    part[axis] = to - from;
    return new Box(part, a.plus(from * a.stride(axis)), b.plus(from * b.stride(axis)));
  }

  boolean isEmpty() {
    for (long d : dims) {
      if (d == 0) {
        return true;
      }
    }
    return false;
  }

  /// A walk over all axes but these.
  Walk walkWithout(int... axes) {
    long[] rest = dims.clone();
    for (int axis : axes) {
      rest[axis] = 1;
    }
    return new Walk(rest, a, b);
  }
}
