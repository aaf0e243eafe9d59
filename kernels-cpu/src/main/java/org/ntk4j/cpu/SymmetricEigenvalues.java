package org.ntk4j.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.library.Factorizations;
import org.ntk4j.cpu.library.Libraries;

/// Eigenvalues of symmetric matrices, by LAPACK's `dsyevd`.
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
    if (n == 0) {
      return new double[0];
    }
    if (!Libraries.openBlas()) {
      throw new UnsatisfiedLinkError("OpenBLAS, with LAPACK in it, cannot be loaded");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_DOUBLE, matrix);
      MemorySegment values = arena.allocate(ValueLayout.JAVA_DOUBLE, n);
      Factorizations.symmetricEigenvalues(n, copy.address(), values.address());
      return values.toArray(ValueLayout.JAVA_DOUBLE);
    }
  }
}
