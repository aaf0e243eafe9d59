package org.ntk4j.ir.eval;

import java.util.ServiceLoader;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.eval.LinearAlgebra.Matrices;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;

/// Matrix products of every numeric dtype, by whom they are computed.
final class Products {
  /// Below this many multiplications a product is not worth leaving Java for.
  private static final double TINY = 8192;

  private Products() {}

  /// Looked up once, at the first work that is not tiny.
  private static final class Found {
    static final LinearAlgebra ALGEBRA =
        ServiceLoader.load(LinearAlgebra.class, LinearAlgebra.class.getClassLoader())
            .findFirst()
            .orElseGet(LinearAlgebra::reference);
  }

  /// The implementation that was found.
  static LinearAlgebra algebra() {
    return Found.ALGEBRA;
  }

  /// The implementation for problems of this size.
  static LinearAlgebra algebra(double multiplications) {
    return multiplications < TINY ? LinearAlgebra.reference() : Found.ALGEBRA;
  }

  /// `C[b, i, j] = Σ_k A[b, i, k] · B[b, j, k]`, with the offsets and strides of the arguments.
  static void multiply(Sizes sizes, Tensor x, View a, Tensor y, View b, Tensor z, View c) {
    if (z.dtype().isFloating()) {
      algebra(sizes.multiplications())
          .multiply(z.dtype(), sizes, 1, matrices(x, a), matrices(y, b), 0, matrices(z, c));
    } else {
      multiplyIntegers(sizes, x, a, y, b, z, c);
    }
  }

  /// `C[b, i, j] = Σ_k A[b, i, k] · A[b, j, k]`.
  static void gram(Sizes sizes, Tensor x, View a, Tensor z, View c) {
    if (z.dtype().isFloating()) {
      DType dtype = z.dtype();
      algebra(sizes.multiplications()).gram(dtype, sizes, matrices(x, a), matrices(z, c));
    } else {
      multiplyIntegers(sizes, x, a, x, a, z, c);
    }
  }

  private static Matrices matrices(Tensor x, View v) {
    return new Matrices(x.segment(), v.offset(), v.stride(0), v.stride(1), v.stride(2));
  }

  private static void multiplyIntegers(
      Sizes sizes, Tensor x, View a, Tensor y, View b, Tensor z, View c) {
    int n = Blocks.length(sizes.inner());
    long[] left = new long[n];
    long[] right = new long[n];
    long[] total = new long[1];
    long[] dims = {sizes.batch(), sizes.rows(), sizes.columns()};
    Walk at = new Walk(dims, a.select(0, 1, -1), b.select(0, -1, 1));
    for (Walk to = new Walk(dims, c, c); to.more(); to.next(), at.next()) {
      total[0] = 0;
      for (long k = 0; k < sizes.inner(); k += Blocks.SIZE) {
        int m = Blocks.length(sizes.inner() - k);
        Blocks.load(x, at.first() + k * a.stride(2), a.stride(2), left, m);
        Blocks.load(y, at.second() + k * b.stride(2), b.stride(2), right, m);
        for (int i = 0; i < m; i++) {
          total[0] += left[i] * right[i];
        }
      }
      Blocks.store(total, z, to.first(), 1);
    }
  }
}
