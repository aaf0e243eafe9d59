package org.ntk4j.cpu;

import org.bytedeco.openblas.global.openblas;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

/// Eigenvalues of symmetric matrices, by LAPACK's `dsyevd`.
///
/// Loads a part of OpenBLAS that matrix products do not need, at the first use.
public final class SymmetricEigenvalues {
  private SymmetricEigenvalues() {}

  /// The eigenvalues of `a` in ascending order.
  ///
  /// @param a `f64[n, n]`; its upper triangle is read
  /// @throws IllegalArgumentException if `a` is no such matrix, or holds what is not finite
  /// @throws LinkageError if LAPACK cannot be loaded
  public static double[] of(Tensor a) {
    if (a.dtype() != DType.F64 || a.rank() != 2 || a.shape().dim(0) != a.shape().dim(1)) {
      throw new IllegalArgumentException("eigenvalues of " + a + "; expected f64[n,n]");
    }
    double[] matrix = a.toDoubles();
    for (double entry : matrix) {
      if (!Double.isFinite(entry)) {
        throw new IllegalArgumentException("the matrix " + a + " holds " + entry);
      }
    }
    int n = (int) a.shape().dim(0);
    double[] eigenvalues = new double[n];
    if (n == 0) {
      return eigenvalues;
    }
    Blas.find(); // Sets JavaCPP's limits before its first class is loaded.
    int status =
        openblas.LAPACKE_dsyevd(
            openblas.LAPACK_ROW_MAJOR, (byte) 'N', (byte) 'U', n, matrix, n, eigenvalues);
    if (status != 0) {
      throw new IllegalStateException("dsyevd did not converge (status " + status + ")");
    }
    return eigenvalues;
  }
}
