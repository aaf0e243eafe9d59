package org.ntk4j.cpu.library;

import java.util.List;
import org.ntk4j.ir.schedule.ConvProblem;

/// Offsets in elements of the pieces of a convolution.
final class Offsets {
  private final long[] sizes;
  private final long[] x;
  private final long[] w;
  private final long[] y;

  Offsets(ConvProblem p) {
    this.sizes = array(p.pieces());
    this.x = array(p.x().pieces());
    this.w = array(p.w().pieces());
    this.y = array(p.y().pieces());
  }

  private static long[] array(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  long x(long piece) {
    return offset(x, piece);
  }

  long w(long piece) {
    return offset(w, piece);
  }

  long y(long piece) {
    return offset(y, piece);
  }

  private long offset(long[] strides, long piece) {
    long offset = 0;
    long rest = piece;
    for (int d = sizes.length - 1; d >= 0; d--) {
      offset += rest % sizes[d] * strides[d];
      rest /= sizes[d];
    }
    return offset;
  }
}
