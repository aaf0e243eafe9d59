package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.ntk4j.core.DType;

/// Matrix products, the one heavy operation of the evaluator: contractions, convolutions and
/// factorizations are made of it; and the threads that share all other work.
///
/// An implementation is found by [java.util.ServiceLoader]; without one, [#reference] is used.
/// Implementations are stateless to the caller, may be used from any thread, and give the same bits
/// for the same problem whatever the number of threads they use.
public interface LinearAlgebra {

  /// `M[b, i, j]` is at element `offset + b · batchStride + i · rowStride + j · columnStride` of
  /// `segment`; strides are not negative.
  ///
  /// @param segment off-heap memory, holding elements of one dtype
  record Matrices(
      MemorySegment segment, long offset, long batchStride, long rowStride, long columnStride) {

    /// Row-major matrices of `columns` columns and `rows` rows, one after the other.
    public static Matrices rowMajor(MemorySegment segment, long rows, long columns) {
      return new Matrices(segment, 0, rows * columns, columns, 1);
    }

    /// Every matrix transposed.
    public Matrices transposed() {
      return new Matrices(segment, offset, batchStride, columnStride, rowStride);
    }

    /// The matrices from row `i` and column `j` on, of batch elements `b` and up.
    public Matrices from(long b, long i, long j) {
      long start = offset + b * batchStride + i * rowStride + j * columnStride;
      return new Matrices(segment, start, batchStride, rowStride, columnStride);
    }
  }

  /// Sizes of a batch of products: `b < batch`, `i < rows`, `j < columns`, `k < inner`.
  record Sizes(long batch, long rows, long columns, long inner) {
    /// Multiplications.
    public double multiplications() {
      return (double) batch * rows * columns * inner;
    }
  }

  /// `C[b, i, j] = alpha · Σ_k A[b, i, k] · B[b, j, k] + beta · C[b, i, j]`, both rows by rows.
  ///
  /// @param dtype `f32` or `f64`, of all three
  /// @param a one of its row and column strides is 1, or the size of one of the two axes is
  /// @param b likewise
  /// @param c its column stride is 1; no element overlaps `a` or `b`
  /// @param beta 0: `c` is not read
  void multiply(
      DType dtype, Sizes sizes, double alpha, Matrices a, Matrices b, double beta, Matrices c);

  /// `C[b, i, j] = Σ_k A[b, i, k] · A[b, j, k]`, symmetric to the bit; `sizes.rows` is
  /// `sizes.columns`.
  ///
  /// @see #multiply
  default void gram(DType dtype, Sizes sizes, Matrices a, Matrices c) {
    SymmetricProduct.gram(this, dtype, sizes, a, c);
  }

  /// Calls `work` once for each `0 <= piece < pieces`, from threads of its choice; returns when all
  /// are done. What a piece throws, this throws.
  default void forEach(int pieces, IntConsumer work) {
    for (int piece = 0; piece < pieces; piece++) {
      work.accept(piece);
    }
  }

  /// The implementation in plain Java: `f32` sums are accumulated in `f64`.
  static LinearAlgebra reference() {
    return ReferenceLinearAlgebra.INSTANCE;
  }
}
