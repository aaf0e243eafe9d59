package org.ntk4j.cpu.library;

import java.util.List;
import org.ntk4j.core.DType;

/// In Java what no library takes: correct for any strides, and slow.
final class Loops {
  private Loops() {}

  /// `C = alpha A B + beta C`; sums in `f64`.
  static void multiply(
      GemmProblem p, long m, long n, long k, long a, long b, double beta, long c, long distance) {
    DType dtype = p.dtype();
    for (long i = 0; i < m; i++) {
      for (long j = 0; j < n; j++) {
        double sum = 0;
        for (long l = 0; l < k; l++) {
          double left = Raw.get(dtype, a, i * p.a().row() + l * p.a().column());
          sum += left * Raw.get(dtype, b, l * p.b().row() + j * p.b().column());
        }
        long at = i * distance + j * Math.max(1, p.c().column());
        double before = beta == 0 ? 0 : beta * Raw.get(dtype, c, at);
        Raw.set(dtype, c, at, p.alpha() * sum + before);
      }
    }
  }

  /// `y[i] += x[i]`.
  static void add(DType dtype, long n, long x, long y) {
    if (Libraries.openBlas() && n <= Integer.MAX_VALUE) {
      OpenBlas.add(dtype == DType.F64, (int) n, x, y);
      return;
    }
    for (long i = 0; i < n; i++) {
      Raw.set(dtype, y, i, Raw.get(dtype, x, i) + Raw.get(dtype, y, i));
    }
  }

  /// `y[j, i] = x[i, j]` for `i < rows`, `j < columns`; both row-major.
  static void transpose(
      DType dtype, long rows, long columns, long x, long xDistance, long y, long yDistance) {
    long largest = Math.max(Math.max(rows, columns), Math.max(xDistance, yDistance));
    if (Libraries.openBlas() && largest <= Integer.MAX_VALUE) {
      OpenBlas.transpose(
          dtype == DType.F64, (int) rows, (int) columns, x, (int) xDistance, y, (int) yDistance);
      return;
    }
    for (long i = 0; i < rows; i++) {
      for (long j = 0; j < columns; j++) {
        Raw.set(dtype, y, j * yDistance + i, Raw.get(dtype, x, i * xDistance + j));
      }
    }
  }

  /// `x[j, i] = x[i, j]` for `i < j < size`.
  static void mirror(DType dtype, long size, long x, long distance) {
    for (long i = 0; i < size; i++) {
      for (long j = i + 1; j < size; j++) {
        Raw.set(dtype, x, j * distance + i, Raw.get(dtype, x, i * distance + j));
      }
    }
  }

  /// `x[i..] = 0` for all `i..` below `sizes`.
  static void clear(DType dtype, List<Long> sizes, List<Long> strides, long x) {
    if (sizes.isEmpty()) {
      Raw.set(dtype, x, 0, 0);
      return;
    }
    List<Long> innerSizes = sizes.subList(1, sizes.size());
    List<Long> innerStrides = strides.subList(1, strides.size());
    for (long i = 0; i < sizes.getFirst(); i++) {
      long at = x + i * strides.getFirst() * dtype.sizeBytes();
      clear(dtype, innerSizes, innerStrides, at);
    }
  }
}
