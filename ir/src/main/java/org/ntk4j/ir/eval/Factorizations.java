package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.eval.LinearAlgebra.Matrices;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;
import org.ntk4j.ir.op.TriangularSolve;

/// Cholesky factorization and triangular systems, by blocks: the blocks on the diagonal in Java
/// arrays, everything else as matrix products.
final class Factorizations {
  /// Rows of a diagonal block.
  private static final int BLOCK = 64;

  /// Right-hand sides of a diagonal block solved at a time.
  private static final int COLUMNS = 256;

  private Factorizations() {}

  /// `l lᵀ = a`; if `a` is not positive definite, the lower triangle of `l` is NaN.
  static void cholesky(Tensor a, Tensor l) {
    long n = a.shape().dim(a.rank() - 1);
    long matrices = n == 0 ? 0 : a.size() / (n * n);
    for (long b = 0; b < matrices; b++) {
      copyLower(a, l, b * n * n, n);
      Matrices matrix = new Matrices(l.segment(), b * n * n, 0, n, 1);
      if (!factor(l, matrix, n)) {
        fillLower(l, b * n * n, n);
      }
    }
  }

  private static void copyLower(Tensor a, Tensor l, long start, long n) {
    int size = a.dtype().sizeBytes();
    l.segment().asSlice(start * size, n * n * size).fill((byte) 0);
    for (long i = 0; i < n; i++) {
      long at = (start + i * n) * size;
      MemorySegment.copy(a.segment(), at, l.segment(), at, (i + 1) * size);
    }
  }

  private static void fillLower(Tensor l, long start, long n) {
    for (long i = 0; i < n; i++) {
      for (long j = 0; j <= i; j++) {
        l.setDouble(start + i * n + j, Double.NaN);
      }
    }
  }

  private static boolean factor(Tensor l, Matrices matrix, long n) {
    for (long j = 0; j < n; j += BLOCK) {
      int width = (int) Math.min(BLOCK, n - j);
      if (j > 0) {
        subtractProduct(
            l,
            new Sizes(1, n - j, width, j),
            matrix.from(0, j, 0),
            matrix.from(0, j, 0),
            matrix.from(0, j, j));
        clearAbove(l, matrix.from(0, j, j), width);
      }
      double[] diagonal = load(l, matrix.from(0, j, j), width);
      if (!factorBlock(diagonal, width)) {
        return false;
      }
      store(diagonal, l, matrix.from(0, j, j), width);
      long below = j + width;
      // L21 L11ᵀ = A21, that is L11 L21ᵀ = A21ᵀ.
      Substitution s = new Substitution(diagonal, width, true, false);
      s.solve(l, matrix.from(0, below, j).transposed(), n - below);
    }
    return true;
  }

  /// The product also wrote above the diagonal of its first square.
  private static void clearAbove(Tensor l, Matrices block, int width) {
    for (int i = 0; i < width; i++) {
      for (int j = i + 1; j < width; j++) {
        l.setDouble(block.offset() + i * block.rowStride() + j, 0);
      }
    }
  }

  private static boolean factorBlock(double[] a, int n) {
    for (int j = 0; j < n; j++) {
      double pivot = a[j * n + j];
      for (int k = 0; k < j; k++) {
        pivot -= a[j * n + k] * a[j * n + k];
      }
      if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
        return false;
      }
      double root = Math.sqrt(pivot);
      a[j * n + j] = root;
      for (int i = j + 1; i < n; i++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * n + k] * a[j * n + k];
        }
        a[i * n + j] = sum / root;
      }
    }
    return true;
  }

  /// `op(a) x = b`.
  static void triangularSolve(TriangularSolve op, Tensor a, Tensor b, Tensor x) {
    Copies.copy(b, x);
    long n = a.shape().dim(a.rank() - 1);
    long m = b.shape().dim(b.rank() - 1);
    long matrices = n == 0 || m == 0 ? 0 : b.size() / (n * m);
    for (long k = 0; k < matrices; k++) {
      Matrices rows = new Matrices(a.segment(), k * n * n, 0, n, 1);
      Matrices right = new Matrices(x.segment(), k * n * m, 0, m, 1);
      Matrices left = op.transpose() ? rows.transposed() : rows;
      solve(op, a, left, x, right, n, m);
    }
  }

  private static void solve(
      TriangularSolve op, Tensor a, Matrices left, Tensor x, Matrices right, long n, long m) {
    boolean forward = op.lower() != op.transpose();
    long blocks = Math.ceilDiv(n, BLOCK);
    for (long k = 0; k < blocks; k++) {
      long start = (forward ? k : blocks - 1 - k) * BLOCK;
      int width = (int) Math.min(BLOCK, n - start);
      double[] diagonal = load(a, left.from(0, start, start), width);
      Matrices solved = right.from(0, start, 0);
      new Substitution(diagonal, width, forward, op.unitDiagonal()).solve(x, solved, m);
      long from = forward ? start + width : 0;
      long rest = forward ? n - start - width : start;
      subtractProduct(
          x,
          new Sizes(1, rest, m, width),
          left.from(0, from, start),
          solved.transposed(),
          right.from(0, from, 0));
    }
  }

  /// `c -= a bᵀ`.
  private static void subtractProduct(Tensor x, Sizes sizes, Matrices a, Matrices b, Matrices c) {
    if (sizes.rows() > 0) {
      Products.algebra(sizes.multiplications()).multiply(x.dtype(), sizes, -1, a, b, 1, c);
    }
  }

  private static double[] load(Tensor x, Matrices block, int n) {
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        long at = block.offset() + i * block.rowStride() + j * block.columnStride();
        values[i * n + j] = x.getDouble(at);
      }
    }
    return values;
  }

  private static void store(double[] values, Tensor x, Matrices block, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        x.setDouble(block.offset() + i * block.rowStride() + j, values[i * n + j]);
      }
    }
  }

  /// Solves with one diagonal block, in place.
  private static final class Substitution {
    private final double[] diagonal;
    private final int n;
    private final boolean forward;
    private final boolean unit;

    /// @param diagonal `[n, n]`
    /// @param forward whether it is lower triangular
    /// @param unit whether 1 stands for the numbers on its diagonal
    Substitution(double[] diagonal, int n, boolean forward, boolean unit) {
      this.diagonal = diagonal;
      this.n = n;
      this.forward = forward;
      this.unit = unit;
    }

    /// Replaces `right`, `[n, columns]`, by the solution.
    void solve(Tensor x, Matrices right, long columns) {
      double[] values = new double[n * (int) Math.min(COLUMNS, columns)];
      for (long j = 0; j < columns; j += COLUMNS) {
        int width = (int) Math.min(COLUMNS, columns - j);
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < width; k++) {
            values[i * width + k] = x.getDouble(position(right, i, j + k));
          }
        }
        substitute(values, width);
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < width; k++) {
            x.setDouble(position(right, i, j + k), values[i * width + k]);
          }
        }
      }
    }

    private static long position(Matrices m, long i, long j) {
      return m.offset() + i * m.rowStride() + j * m.columnStride();
    }

    private void substitute(double[] values, int width) {
      for (int step = 0; step < n; step++) {
        int i = forward ? step : n - 1 - step;
        for (int k = forward ? 0 : i + 1; k < (forward ? i : n); k++) {
          subtract(values, i * width, diagonal[i * n + k], k * width, width);
        }
        if (!unit) {
          divide(values, i * width, diagonal[i * n + i], width);
        }
      }
    }

    private static void subtract(double[] values, int to, double factor, int from, int width) {
      for (int j = 0; j < width; j++) {
        values[to + j] -= factor * values[from + j];
      }
    }

    private static void divide(double[] values, int at, double by, int width) {
      for (int j = 0; j < width; j++) {
        values[at + j] /= by;
      }
    }
  }
}
