package org.ntk4j.cpu.library;

import java.util.List;
import org.ntk4j.core.DType;

/// `C[b, i, j] = alpha · Σ_k A[b, i, k] · B[b, k, j] + beta · C[b, i, j]` for `i < m`, `j < n`, `k`
/// of `k`, and each index `b` of the batch.
///
/// @param dtype `f32` or `f64`
/// @param batch sizes of the batch's dimensions, outermost first
/// @param a where `A[b, i, k]` is
/// @param b where `B[b, k, j]` is
/// @param c where `C[b, i, j]` is: no two at one place, and none in `A` or `B`
/// @param beta 0: `C` is not read
/// @param symmetric `m` is `n` and the result is known to be symmetric, as that of `A · Aᵀ`: only
///   what lies above the diagonal is computed, and mirrored
public record GemmProblem(
    DType dtype,
    List<Long> batch,
    long m,
    long n,
    long k,
    Matrices a,
    Matrices b,
    Matrices c,
    double alpha,
    double beta,
    boolean symmetric) {

  /// Distances in elements, not negative; those of the batch may be 0.
  ///
  /// @param batch for each dimension of the batch
  /// @param row from one row to the next
  /// @param column from one column to the next
  public record Matrices(List<Long> batch, long row, long column) {
    /// Copies the list.
    public Matrices {
      batch = List.copyOf(batch);
    }

    /// Rows one after the other, and so the matrices.
    public static Matrices rowMajor(List<Long> batch, long rows, long columns) {
      Long[] strides = new Long[batch.size()];
      long stride = rows * columns;
      for (int d = strides.length - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= batch.get(d);
      }
      return new Matrices(List.of(strides), columns, 1);
    }

    /// Every matrix transposed.
    public Matrices transposed() {
      return new Matrices(batch, column, row);
    }

    /// Offset of the first element of a matrix of a batch of these sizes.
    long offset(List<Long> sizes, long matrix) {
      long offset = 0;
      long rest = matrix;
      for (int d = sizes.size() - 1; d >= 0; d--) {
        long size = sizes.get(d);
        offset += rest % size * batch.get(d);
        rest /= size;
      }
      return offset;
    }

    Matrices withBatch(List<Long> other) {
      return new Matrices(other, row, column);
    }

    Matrices withRow(long other) {
      return new Matrices(batch, other, column);
    }
  }

  /// Copies the list, and checks.
  public GemmProblem {
    batch = List.copyOf(batch);
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException("matrix product of " + dtype + "; expected f32 or f64");
    }
    for (Matrices x : List.of(a, b, c)) {
      if (x.batch().size() != batch.size()) {
        throw new IllegalArgumentException(
            "batch strides " + x.batch() + "; expected one for each size of " + batch);
      }
    }
    if (symmetric && m != n) {
      throw new IllegalArgumentException("symmetric result of " + m + " × " + n);
    }
  }

  /// All matrices row-major and dense, no batch.
  public static GemmProblem dense(DType dtype, long m, long n, long k) {
    return new GemmProblem(
        dtype,
        List.of(),
        m,
        n,
        k,
        Matrices.rowMajor(List.of(), m, k),
        Matrices.rowMajor(List.of(), k, n),
        Matrices.rowMajor(List.of(), m, n),
        1,
        0,
        false);
  }

  /// Number of matrices.
  public long matrices() {
    return batch.stream().reduce(1L, Math::multiplyExact);
  }

  /// Multiplications, before those that symmetry saves.
  public double multiplications() {
    return (double) matrices() * m * n * k;
  }
}
