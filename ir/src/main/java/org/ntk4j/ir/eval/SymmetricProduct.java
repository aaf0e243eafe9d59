package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ntk4j.core.DType;
import org.ntk4j.ir.eval.LinearAlgebra.Matrices;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;

/// `A Aᵀ` at half the cost: bands of rows from the diagonal to the right, then mirrored.
final class SymmetricProduct {
  /// Rows of a band; the squares on the diagonal are computed in full.
  private static final long BAND = 256;

  private static final long TILE = 32;

  private SymmetricProduct() {}

  static void gram(LinearAlgebra algebra, DType dtype, Sizes sizes, Matrices a, Matrices c) {
    long n = sizes.rows();
    for (long i = 0; i < n; i += BAND) {
      long rows = Math.min(BAND, n - i);
      Sizes band = new Sizes(sizes.batch(), rows, n - i, sizes.inner());
      Matrices right = a.from(0, i, 0);
      algebra.multiply(dtype, band, 1, right, right, 0, c.from(0, i, i));
    }
    for (long b = 0; b < sizes.batch(); b++) {
      mirror(dtype, n, c.from(b, 0, 0));
    }
  }

  /// `C[j, i] = C[i, j]` for `j > i`, in tiles.
  private static void mirror(DType dtype, long n, Matrices c) {
    for (long i0 = 0; i0 < n; i0 += TILE) {
      for (long j0 = i0; j0 < n; j0 += TILE) {
        for (long j = j0; j < Math.min(j0 + TILE, n); j++) {
          mirror(dtype, c, j, i0, Math.min(i0 + TILE, j));
        }
      }
    }
  }

  private static void mirror(DType dtype, Matrices c, long j, long from, long to) {
    MemorySegment s = c.segment();
    long row = c.offset() + j * c.rowStride();
    if (dtype == DType.F32) {
      for (long i = from; i < to; i++) {
        long mirrored = c.offset() + i * c.rowStride() + j;
        s.setAtIndex(ValueLayout.JAVA_INT, row + i, s.getAtIndex(ValueLayout.JAVA_INT, mirrored));
      }
    } else {
      for (long i = from; i < to; i++) {
        long mirrored = c.offset() + i * c.rowStride() + j;
        s.setAtIndex(ValueLayout.JAVA_LONG, row + i, s.getAtIndex(ValueLayout.JAVA_LONG, mirrored));
      }
    }
  }
}
