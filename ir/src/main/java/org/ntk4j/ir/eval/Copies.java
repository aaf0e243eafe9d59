package org.ntk4j.ir.eval;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ntk4j.core.Tensor;

/// Copies between strided views: all of data movement.
final class Copies {
  /// Runs shorter than this are copied element by element.
  private static final long SHORT_RUN = 16;

  /// Side of the tiles of a transposing copy: 32 lines of 64 bytes stay in the first-level cache.
  private static final long TILE = 32;

  private Copies() {}

  /// `y = x`, same dtype and size.
  static void copy(Tensor x, Tensor y) {
    MemorySegment.copy(x.segment(), 0, y.segment(), 0, x.size() * x.dtype().sizeBytes());
  }

  /// `to(y)[i..] = from(x)[i..]` for all `i..` of a box of size `dims`; `x`, `y` of one dtype.
  static void copy(long[] dims, Tensor x, View from, Tensor y, View to) {
    int size = x.dtype().sizeBytes();
    if (size != y.dtype().sizeBytes()) {
      throw new IllegalStateException("bug: copy of " + x.dtype() + " to " + y.dtype());
    }
    MemorySegment source = x.segment();
    MemorySegment target = y.segment();
    Box box = Box.of(dims, from, to);
    if (box.rank() == 0) {
      copy(box, source, target, size);
      return;
    }
    // Tiles of a transposing copy stay whole.
    long step = unitAxis(box.first()) == 0 && box.rank() > 1 ? TILE : 1;
    Parallel.ranges(
        Math.ceilDiv(box.dim(0), step),
        step * box.size() / Math.max(1, box.dim(0)),
        List.of(x, y),
        (a, b) ->
            copy(box.range(0, a * step, Math.min(b * step, box.dim(0))), source, target, size));
  }

  /// The same for elements of `size` bytes in segments.
  static void copy(long[] dims, MemorySegment x, View from, MemorySegment y, View to, int size) {
    copy(Box.of(dims, from, to), x, y, size);
  }

  private static void copy(Box box, MemorySegment x, MemorySegment y, int size) {
    if (box.isEmpty()) {
      return;
    }
    if (box.rank() == 0) {
      run(x, box.first().offset(), 0, y, box.second().offset(), 0, 1, size);
      return;
    }
    int last = box.rank() - 1;
    int unit = unitAxis(box.first());
    if (unit >= 0 && unit != last && box.second().stride(last) == 1) {
      transpose(box, unit, x, y, size);
      return;
    }
    long fromStride = box.first().stride(last);
    long toStride = box.second().stride(last);
    for (Walk w = box.walkWithout(last); w.more(); w.next()) {
      run(x, w.first(), fromStride, y, w.second(), toStride, box.dim(last), size);
    }
  }

  private static int unitAxis(View v) {
    for (int k = 0; k < v.rank(); k++) {
      if (v.stride(k) == 1) {
        return k;
      }
    }
    return -1;
  }

  /// Tiles over the axis that is contiguous in `x` and the last one, which is contiguous in `y`.
  private static void transpose(Box box, int unit, MemorySegment x, MemorySegment y, int size) {
    int last = box.rank() - 1;
    long rows = box.dim(unit);
    long columns = box.dim(last);
    long fromStride = box.first().stride(last);
    long toStride = box.second().stride(unit);
    for (Walk w = box.walkWithout(unit, last); w.more(); w.next()) {
      for (long i0 = 0; i0 < rows; i0 += TILE) {
        for (long j0 = 0; j0 < columns; j0 += TILE) {
          long n = Math.min(TILE, columns - j0);
          for (long i = i0; i < Math.min(i0 + TILE, rows); i++) {
            long from = w.first() + i + j0 * fromStride;
            run(x, from, fromStride, y, w.second() + i * toStride + j0, 1, n, size);
          }
        }
      }
    }
  }

  private static void run(
      MemorySegment x,
      long from,
      long fromStride,
      MemorySegment y,
      long to,
      long toStride,
      long n,
      int size) {
    if (fromStride == 1 && toStride == 1 && n >= SHORT_RUN) {
      MemorySegment.copy(x, from * size, y, to * size, n * size);
      return;
    }
    switch (size) {
      case 1 -> {
        for (long i = 0; i < n; i++) {
          y.set(JAVA_BYTE, to + i * toStride, x.get(JAVA_BYTE, from + i * fromStride));
        }
      }
      case 4 -> {
        for (long i = 0; i < n; i++) {
          y.setAtIndex(JAVA_INT, to + i * toStride, x.getAtIndex(JAVA_INT, from + i * fromStride));
        }
      }
      case 8 -> {
        for (long i = 0; i < n; i++) {
          y.setAtIndex(
              JAVA_LONG, to + i * toStride, x.getAtIndex(JAVA_LONG, from + i * fromStride));
        }
      }
      default -> throw new IllegalStateException("bug: elements of " + size + " bytes");
    }
  }
}
