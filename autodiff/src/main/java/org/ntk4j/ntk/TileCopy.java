package org.ntk4j.ntk;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Boxes of elements copied between tensors of one dtype and rank.
final class TileCopy {
  private final Tensor from;
  private final Tensor to;
  private final List<Long> fromStart;
  private final List<Long> toStart;
  private final List<Long> extent;
  private final boolean adds;
  private final double weight;

  /// From this axis on the box is contiguous in both tensors; those before it are walked.
  private final int runAxis;

  private TileCopy(
      Tensor from,
      List<Long> fromStart,
      Tensor to,
      List<Long> toStart,
      List<Long> extent,
      boolean adds,
      double weight) {
    this.from = from;
    this.to = to;
    this.fromStart = fromStart;
    this.toStart = toStart;
    this.extent = extent;
    this.adds = adds;
    this.weight = weight;
    int axis = extent.size();
    while (axis > 0 && whole(axis)) {
      axis--;
    }
    this.runAxis = axis;
  }

  /// Whether the box has all of the axes from `axis` on, in both tensors.
  private boolean whole(int axis) {
    return axis == extent.size()
        || extent.get(axis) == from.shape().dim(axis) && extent.get(axis) == to.shape().dim(axis);
  }

  /// `to[toStart + i] = from[fromStart + i]` for all `i` in `extent`.
  static void copy(
      Tensor from, List<Long> fromStart, Tensor to, List<Long> toStart, List<Long> extent) {
    if (extent.stream().allMatch(n -> n > 0)) {
      new TileCopy(from, fromStart, to, toStart, extent, false, 0).walk(0, 0, 0);
    }
  }

  /// `to[toStart + i] += weight · from[fromStart + i]` for all `i` in `extent`.
  static void add(
      Tensor from,
      List<Long> fromStart,
      Tensor to,
      List<Long> toStart,
      List<Long> extent,
      double weight) {
    if (extent.stream().allMatch(n -> n > 0)) {
      new TileCopy(from, fromStart, to, toStart, extent, true, weight).walk(0, 0, 0);
    }
  }

  private void walk(int axis, long fromOffset, long toOffset) {
    if (extent.isEmpty()) {
      run(0, 0, 1);
      return;
    }
    long fromStride = stride(from.shape(), axis);
    long toStride = stride(to.shape(), axis);
    long fromFirst = fromOffset + fromStart.get(axis) * fromStride;
    long toFirst = toOffset + toStart.get(axis) * toStride;
    if (axis == runAxis) {
      run(fromFirst, toFirst, extent.get(axis) * fromStride);
      return;
    }
    for (long i = 0; i < extent.get(axis); i++) {
      walk(axis + 1, fromFirst + i * fromStride, toFirst + i * toStride);
    }
  }

  private static long stride(Shape shape, int axis) {
    long stride = 1;
    for (int k = axis + 1; k < shape.rank(); k++) {
      stride *= shape.dim(k);
    }
    return stride;
  }

  private void run(long source, long target, long count) {
    if (!adds) {
      int size = from.dtype().sizeBytes();
      MemorySegment.copy(from.segment(), source * size, to.segment(), target * size, count * size);
      return;
    }
    for (long i = 0; i < count; i++) {
      double sum = to.getDouble(target + i) + weight * from.getDouble(source + i);
      to.setDouble(target + i, sum);
    }
  }
}
