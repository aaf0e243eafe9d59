package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.core.DType;

/// `C[b.., i, j] = alpha · Σ_k A[b.., i, k] · B[b.., k, j]`, element `[b.., i, j]` of a factor at
/// `offset + Σ b · batchStrides + i · rowStride + j · columnStride`.
///
/// @param batch sizes of the batch axes, outermost first; may be empty
/// @param symmetric `B` is `A` transposed: half is computed, and `C` is symmetric to the bit
public record MatrixProduct(
    DType dtype,
    List<Long> batch,
    long rows,
    long columns,
    long inner,
    Factor a,
    Factor b,
    Factor c,
    double alpha,
    boolean symmetric) {
  public MatrixProduct {
    batch = List.copyOf(batch);
  }

  /// Where the elements of a factor are, in elements of its buffer. Of `A` and `B` one of the two
  /// strides is 1 (or the size of that axis is); the column stride of `C` is 1.
  public record Factor(long offset, List<Long> batchStrides, long rowStride, long columnStride) {
    public Factor {
      batchStrides = List.copyOf(batchStrides);
    }
  }

  /// Multiplications, all counted.
  public double multiplications() {
    return batch.stream().mapToDouble(n -> n).reduce(1, (a, b) -> a * b) * rows * columns * inner;
  }
}
