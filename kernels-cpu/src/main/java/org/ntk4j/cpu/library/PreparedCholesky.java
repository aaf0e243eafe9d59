package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// Cholesky factorizations of row-major matrices, prepared once: `L` with `L Lᵀ = A`.
///
/// Small matrices are LAPACK's, each in one thread. Of a large one it is a block of columns after
/// the other: a product subtracts what the columns before account for, LAPACK factorizes the block
/// on the diagonal, and the rows below are solved for. To be used only where [Libraries#openBlas]
/// says so.
public final class PreparedCholesky {
  /// Columns of a block.
  private static final int BLOCK = 256;

  /// Up to here a matrix is small.
  private static final int SMALL = 2 * BLOCK;

  /// Rows of a piece below a block.
  private static final int ROWS = 128;

  /// What one thread does in a nanosecond, about.
  private static final double OPERATIONS_PER_NANO = 4;

  private final DType dtype;
  private final int n;
  private final int matrices;

  /// Of all blocks but the first; none if the matrices are small.
  private final List<PreparedGemm> products = new ArrayList<>();

  private PreparedCholesky(DType dtype, int n, int matrices) {
    this.dtype = dtype;
    this.n = n;
    this.matrices = matrices;
  }

  /// Prepares factorizations of `matrices` matrices of a dtype.
  ///
  /// @param n rows of a matrix
  /// @param multipliers for the products of large matrices, asked if these are large
  public static PreparedCholesky prepare(
      DType dtype, int n, int matrices, Function<DType, Multipliers> multipliers) {
    PreparedCholesky prepared = new PreparedCholesky(dtype, n, matrices);
    for (int j = BLOCK; n > SMALL && j < n; j += BLOCK) {
      prepared.products.add(Gemm.prepare(prepared.product(j), multipliers.apply(dtype)));
    }
    return prepared;
  }

  /// Subtracts from the columns of the block at `j`.
  private GemmProblem product(int j) {
    Matrices rows = new Matrices(List.of(), n, 1);
    int width = Math.min(BLOCK, n - j);
    return new GemmProblem(
        dtype, List.of(), n - j, width, j, rows, rows.transposed(), rows, -1, 1, false);
  }

  /// Bytes of working memory that [#run] needs for so many threads.
  public long scratchBytes(int threads) {
    return products.stream().mapToLong(p -> p.scratchBytes(threads)).max().orElse(0);
  }

  /// Writes the factors, 0 above their diagonals. The same bits whatever the number of threads.
  ///
  /// @param a address of the matrices; what is above their diagonals is not read
  /// @param l address of the factors; NaN on and below the diagonal of one whose matrix is not
  ///   positive definite, or holds what is no finite number
  /// @param scratch address of [#scratchBytes] bytes
  public void run(Workers workers, long a, long l, long scratch) {
    long bytes = (long) n * n * dtype.sizeBytes();
    if (products.isEmpty()) {
      double nanos = (double) n * n * n / 3 * matrices / OPERATIONS_PER_NANO;
      workers.run(matrices, nanos, k -> small(a + k * bytes, l + k * bytes));
    } else {
      for (int k = 0; k < matrices; k++) {
        large(workers, a + k * bytes, l + k * bytes, scratch);
      }
    }
  }

  private void small(long a, long l) {
    copyLower(a, l);
    finish(l, Factorizations.cholesky(dtype, n, l, n));
  }

  private void large(Workers workers, long a, long l, long scratch) {
    copyLower(a, l);
    boolean positive = true;
    for (int j = 0; j < n && positive; j += BLOCK) {
      if (j > 0) {
        long rows = at(l, j, 0);
        products.get(j / BLOCK - 1).run(workers, rows, rows, at(l, j, j), scratch);
      }
      positive = block(workers, l, j);
    }
    finish(l, positive);
  }

  /// Whether the block at `j` has a factor; if so, writes it and the rows below.
  private boolean block(Workers workers, long l, int j) {
    int width = Math.min(BLOCK, n - j);
    int below = j + width;
    long diagonal = at(l, j, j);
    if (!Factorizations.cholesky(dtype, width, diagonal, n)) {
      return false;
    }
    workers.run(
        Math.ceilDiv(n - below, ROWS),
        piece -> {
          int first = below + piece * ROWS;
          int rows = Math.min(ROWS, n - first);
          Factorizations.solveTransposed(dtype, width, rows, diagonal, n, at(l, first, j), n);
        });
    return true;
  }

  private long at(long matrix, long row, long column) {
    return matrix + (row * n + column) * dtype.sizeBytes();
  }

  private void copyLower(long a, long l) {
    for (int i = 0; i < n; i++) {
      Raw.copy(at(a, i, 0), at(l, i, 0), (i + 1L) * dtype.sizeBytes());
    }
  }

  /// What is above the diagonal is not set before, or by products.
  private void finish(long l, boolean positive) {
    for (int i = 0; i < n; i++) {
      Raw.fill(at(l, i, i + 1L), (n - 1L - i) * dtype.sizeBytes(), (byte) 0);
      for (int j = 0; j <= i && !positive; j++) {
        Raw.set(dtype, at(l, i, j), 0, Double.NaN);
      }
    }
  }
}
