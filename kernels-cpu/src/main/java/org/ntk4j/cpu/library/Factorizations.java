package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.BYTE;
import static org.ntk4j.cpu.library.NativeFunctions.DOUBLE;
import static org.ntk4j.cpu.library.NativeFunctions.FLOAT;
import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.invoke.MethodHandle;
import org.ntk4j.core.DType;

/// Factorizations by LAPACK and triangular systems by BLAS, of row-major matrices of `f32` or `f64`
/// at addresses, in the calling thread.
///
/// To be used only where [Libraries#openBlas] says so.
public final class Factorizations {
  private static final NativeFunctions LIBRARY = OpenBlas.library();

  /// The usual `spotrf` looks for NaN first, and calls it a wrong argument.
  private static final MethodHandle SPOTRF =
      LIBRARY.function("LAPACKE_spotrf_work", INT, BYTE, INT, LONG, INT);

  private static final MethodHandle DPOTRF =
      LIBRARY.function("LAPACKE_dpotrf_work", INT, BYTE, INT, LONG, INT);
  private static final MethodHandle STRSM =
      LIBRARY.procedure(
          "cblas_strsm", INT, INT, INT, INT, INT, INT, INT, FLOAT, LONG, INT, LONG, INT);
  private static final MethodHandle DTRSM =
      LIBRARY.procedure(
          "cblas_dtrsm", INT, INT, INT, INT, INT, INT, INT, DOUBLE, LONG, INT, LONG, INT);
  private static final MethodHandle DSYEVD =
      LIBRARY.function("LAPACKE_dsyevd", INT, BYTE, BYTE, INT, LONG, INT, LONG);

  private static final int ROW_MAJOR = 101;
  private static final int COLUMN_MAJOR = 102;
  private static final int PLAIN = 111;
  private static final int TRANSPOSED = 112;
  private static final int UPPER = 121;
  private static final int LOWER = 122;
  private static final int NOT_UNIT = 131;
  private static final int UNIT = 132;
  private static final int LEFT = 141;
  private static final int RIGHT = 142;

  /// Where LAPACK stores columns we store rows: its upper triangle is our lower one.
  private static final byte OUR_LOWER = 'U';

  private static final byte OUR_UPPER = 'L';
  private static final byte VALUES_ONLY = 'N';

  private Factorizations() {}

  /// Overwrites the lower triangle of `A` by `L` with `L Lᵀ = A`; what is above is neither read nor
  /// written.
  ///
  /// @param distance of rows
  /// @return whether `A` is positive definite, and finite numbers; if not, its lower triangle is of
  ///   no use any more
  public static boolean cholesky(DType dtype, int n, long a, int distance) {
    if (n == 0) {
      return true;
    }
    int status;
    try {
      status =
          dtype == DType.F32
              ? (int) SPOTRF.invokeExact(COLUMN_MAJOR, OUR_LOWER, n, a, distance)
              : (int) DPOTRF.invokeExact(COLUMN_MAJOR, OUR_LOWER, n, a, distance);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    if (status < 0) {
      throw new IllegalStateException("bug: potrf refuses argument " + -status);
    }
    return status == 0 && hasFiniteDiagonal(dtype, n, a, distance);
  }

  /// LAPACK stops at a pivot that is not positive. It goes on where one is NaN or infinite, and one
  /// is wherever a number of its row was.
  private static boolean hasFiniteDiagonal(DType dtype, int n, long a, int distance) {
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(Raw.get(dtype, a, i * (distance + 1L)))) {
        return false;
      }
    }
    return true;
  }

  /// Which triangle of a matrix is given, and what is solved with it.
  ///
  /// @param lower whether it is the lower one
  /// @param transpose whether it is transposed
  /// @param unitDiagonal whether its diagonal is 1, whatever is stored there
  public record Triangle(boolean lower, boolean transpose, boolean unitDiagonal) {}

  /// Whether what [#solve] multiplies by instead of dividing is a normal number for each entry of
  /// the diagonal of `A` that has a reciprocal.
  ///
  /// @param distance of rows
  public static boolean hasReciprocals(DType dtype, int n, long a, int distance) {
    double least = dtype == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    for (int i = 0; i < n; i++) {
      double size = Math.abs(Raw.get(dtype, a, i * (distance + 1L)));
      if (Double.isFinite(size) && size != 0 && (size < least || size > 1 / least)) {
        return false;
      }
    }
    return true;
  }

  /// Overwrites `B`, `[n, m]`, by `X` with `op(A) X = B`.
  ///
  /// @param aDistance of rows of `A`, as `bDistance` is of `B`
  public static void solve(
      DType dtype, Triangle t, int n, int m, long a, int aDistance, long b, int bDistance) {
    int triangle = t.lower ? LOWER : UPPER;
    int form = t.transpose ? TRANSPOSED : PLAIN;
    int diagonal = t.unitDiagonal ? UNIT : NOT_UNIT;
    solve(dtype, LEFT, triangle, form, diagonal, n, m, a, aDistance, b, bDistance);
  }

  /// Overwrites `B`, `[m, n]`, by `X` with `X Lᵀ = B`, where `L` is a lower triangle.
  ///
  /// @param lDistance of rows of `L`, as `bDistance` is of `B`
  static void solveTransposed(
      DType dtype, int n, int m, long l, int lDistance, long b, int bDistance) {
    solve(dtype, RIGHT, LOWER, TRANSPOSED, NOT_UNIT, m, n, l, lDistance, b, bDistance);
  }

  private static void solve(
      DType dtype,
      int side,
      int triangle,
      int form,
      int diagonal,
      int rows,
      int columns,
      long a,
      int lda,
      long b,
      int ldb) {
    try {
      if (dtype == DType.F32) {
        STRSM.invokeExact(
            ROW_MAJOR, side, triangle, form, diagonal, rows, columns, 1.0f, a, lda, b, ldb);
      } else {
        DTRSM.invokeExact(
            ROW_MAJOR, side, triangle, form, diagonal, rows, columns, 1.0, a, lda, b, ldb);
      }
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  /// Writes the eigenvalues of a symmetric matrix of `f64`, ascending.
  ///
  /// @param a its upper triangle is read, all of it overwritten
  /// @param values address of `n` elements
  /// @throws IllegalStateException if the iteration does not converge
  public static void symmetricEigenvalues(int n, long a, long values) {
    if (n == 0) {
      return;
    }
    int status;
    try {
      status = (int) DSYEVD.invokeExact(COLUMN_MAJOR, VALUES_ONLY, OUR_UPPER, n, a, n, values);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    if (status != 0) {
      throw new IllegalStateException("dsyevd did not converge (status " + status + ")");
    }
  }
}
