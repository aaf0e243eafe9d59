package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.DOUBLE;
import static org.ntk4j.cpu.library.NativeFunctions.FLOAT;
import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.invoke.MethodHandle;
import org.bytedeco.openblas.global.openblas_nolapack;

/// Functions of OpenBLAS in the calling thread, row-major, on addresses.
///
/// Loaded when first used; use [Libraries#openBlas] to see whether that works.
final class OpenBlas {
  private static final int ROW_MAJOR = 101;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;

  private static final NativeFunctions LIBRARY = NativeFunctions.load(openblas_nolapack.class);
  private static final MethodHandle SGEMM =
      LIBRARY.procedure(
          "cblas_sgemm",
          INT,
          INT,
          INT,
          INT,
          INT,
          INT,
          FLOAT,
          LONG,
          INT,
          LONG,
          INT,
          FLOAT,
          LONG,
          INT);
  private static final MethodHandle DGEMM =
      LIBRARY.procedure(
          "cblas_dgemm",
          INT,
          INT,
          INT,
          INT,
          INT,
          INT,
          DOUBLE,
          LONG,
          INT,
          LONG,
          INT,
          DOUBLE,
          LONG,
          INT);
  private static final MethodHandle SAXPY =
      LIBRARY.procedure("cblas_saxpy", INT, FLOAT, LONG, INT, LONG, INT);
  private static final MethodHandle DAXPY =
      LIBRARY.procedure("cblas_daxpy", INT, DOUBLE, LONG, INT, LONG, INT);
  private static final MethodHandle SOMATCOPY =
      LIBRARY.procedure("cblas_somatcopy", INT, INT, INT, INT, FLOAT, LONG, INT, LONG, INT);
  private static final MethodHandle DOMATCOPY =
      LIBRARY.procedure("cblas_domatcopy", INT, INT, INT, INT, DOUBLE, LONG, INT, LONG, INT);
  private static final MethodHandle SET_THREADS =
      LIBRARY.procedure("openblas_set_num_threads", INT);

  static {
    try {
      SET_THREADS.invokeExact(1);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  private OpenBlas() {}

  /// Loads the library.
  static void load() {
    // The initialization of this class does it.
  }

  static NativeFunctions library() {
    return LIBRARY;
  }

  private static int code(boolean transposed) {
    return transposed ? TRANSPOSED : PLAIN;
  }

  /// `C = alpha A B + beta C` in `f32`.
  static void sgemm(
      boolean aTransposed,
      boolean bTransposed,
      int m,
      int n,
      int k,
      float alpha,
      long a,
      int lda,
      long b,
      int ldb,
      float beta,
      long c,
      int ldc) {
    try {
      SGEMM.invokeExact(
          ROW_MAJOR,
          code(aTransposed),
          code(bTransposed),
          m,
          n,
          k,
          alpha,
          a,
          lda,
          b,
          ldb,
          beta,
          c,
          ldc);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  /// `C = alpha A B + beta C` in `f64`.
  static void dgemm(
      boolean aTransposed,
      boolean bTransposed,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      int lda,
      long b,
      int ldb,
      double beta,
      long c,
      int ldc) {
    try {
      DGEMM.invokeExact(
          ROW_MAJOR,
          code(aTransposed),
          code(bTransposed),
          m,
          n,
          k,
          alpha,
          a,
          lda,
          b,
          ldb,
          beta,
          c,
          ldc);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  /// `y[i] += x[i]` for `i < n`.
  static void add(boolean wide, int n, long x, long y) {
    try {
      if (wide) {
        DAXPY.invokeExact(n, 1.0, x, 1, y, 1);
      } else {
        SAXPY.invokeExact(n, 1.0f, x, 1, y, 1);
      }
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  /// `y[j, i] = x[i, j]` for `i < rows`, `j < columns`.
  static void transpose(boolean wide, int rows, int columns, long x, int ldx, long y, int ldy) {
    try {
      if (wide) {
        DOMATCOPY.invokeExact(ROW_MAJOR, TRANSPOSED, rows, columns, 1.0, x, ldx, y, ldy);
      } else {
        SOMATCOPY.invokeExact(ROW_MAJOR, TRANSPOSED, rows, columns, 1.0f, x, ldx, y, ldy);
      }
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }
}
