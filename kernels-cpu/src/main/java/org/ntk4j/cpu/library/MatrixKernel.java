package org.ntk4j.cpu.library;

import java.util.Optional;
import org.ntk4j.core.DType;

/// One product of matrices in the calling thread, by the library that is best for its shape.
///
/// @param a how `A` is stored; of no meaning to [Library#LOOPS], as `b` and `c`
record MatrixKernel(Library library, GemmProblem problem, Leading a, Leading b, long cDistance) {
  /// OpenBLAS has faster kernels for products of up to a million multiplications.
  private static final long SHORT_WORK = 1 << 19;

  /// Sums of so many terms are cut to such products.
  private static final long SHORT_TERMS = 256;

  /// Who multiplies.
  enum Library {
    ONE_DNN,
    OPEN_BLAS,
    LOOPS
  }

  /// @param wanted who multiplies if that is possible
  static MatrixKernel of(GemmProblem p, Cut cut, Multiplier wanted) {
    Optional<Leading> a = Leading.of(p.a(), p.m(), p.k());
    Optional<Leading> b = Leading.of(p.b(), p.k(), p.n());
    Optional<Leading> c = Leading.of(p.c(), p.m(), p.n());
    Leading none = new Leading(false, 1);
    boolean stored =
        a.isPresent() && b.isPresent() && c.isPresent() && (p.c().column() == 1 || p.n() == 1);
    boolean empty = p.k() == 0;
    long distance = p.m() > 1 ? p.c().row() : Math.max(1, p.n());
    Library library =
        stored && !empty ? library(p, cut, a.get(), b.get(), distance, wanted) : Library.LOOPS;
    return new MatrixKernel(library, p, a.orElse(none), b.orElse(none), distance);
  }

  private static Library library(
      GemmProblem p, Cut cut, Leading a, Leading b, long distance, Multiplier wanted) {
    boolean isShort =
        a.isShort()
            && b.isShort()
            && distance <= Integer.MAX_VALUE
            && Math.max(cut.rows(), Math.max(cut.columns(), cut.inner())) <= Integer.MAX_VALUE;
    boolean oneDnn = p.dtype() == DType.F32 && Libraries.oneDnn();
    boolean openBlas = isShort && Libraries.openBlas();
    if (oneDnn && (wanted == Multiplier.ONE_DNN || !openBlas)) {
      return Library.ONE_DNN;
    }
    return openBlas ? Library.OPEN_BLAS : Library.LOOPS;
  }

  /// `C = alpha A B + beta C` with the strides of the problem.
  void run(long m, long n, long k, long aAt, long bAt, double beta, long cAt, long distance) {
    double alpha = problem.alpha();
    switch (library) {
      case ONE_DNN ->
          OneDnn.sgemm(
              a.transposed(),
              b.transposed(),
              m,
              n,
              k,
              (float) alpha,
              aAt,
              a.distance(),
              bAt,
              b.distance(),
              (float) beta,
              cAt,
              distance);
      case OPEN_BLAS -> {
        long terms = terms(m, n, k);
        for (long l = 0; l < k; l += terms) {
          int count = (int) Math.min(terms, k - l);
          long aFrom = aAt + l * problem.a().column() * problem.dtype().sizeBytes();
          long bFrom = bAt + l * problem.b().row() * problem.dtype().sizeBytes();
          double old = l == 0 ? beta : 1;
          openBlas((int) m, (int) n, count, aFrom, bFrom, old, cAt, (int) distance);
        }
      }
      case LOOPS -> Loops.multiply(problem, m, n, k, aAt, bAt, beta, cAt, distance);
    }
  }

  /// How many terms of a sum are given to OpenBLAS at a time.
  private static long terms(long m, long n, long k) {
    long terms = SHORT_WORK / Math.max(1, m * n);
    return terms >= SHORT_TERMS ? Math.min(terms, k) : k;
  }

  private void openBlas(
      int m, int n, int k, long aAt, long bAt, double beta, long cAt, int distance) {
    int lda = (int) a.distance();
    int ldb = (int) b.distance();
    if (problem.dtype() == DType.F32) {
      OpenBlas.sgemm(
          a.transposed(),
          b.transposed(),
          m,
          n,
          k,
          (float) problem.alpha(),
          aAt,
          lda,
          bAt,
          ldb,
          (float) beta,
          cAt,
          distance);
    } else {
      OpenBlas.dgemm(
          a.transposed(),
          b.transposed(),
          m,
          n,
          k,
          problem.alpha(),
          aAt,
          lda,
          bAt,
          ldb,
          beta,
          cAt,
          distance);
    }
  }
}
