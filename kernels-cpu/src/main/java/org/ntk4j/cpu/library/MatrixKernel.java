package org.ntk4j.cpu.library;

import java.util.Optional;
import org.ntk4j.core.DType;

/// One product of matrices in the calling thread, by the library that is best for its shape.
///
/// @param a how `A` is stored; of no meaning to [Library#LOOPS], as `b` and `c`
record MatrixKernel(Library library, GemmProblem problem, Leading a, Leading b, long cDistance) {
  /// Tiles of fewer multiplications are faster with OpenBLAS.
  private static final double WORTH_ONE_DNN = 1 << 17;

  /// Who multiplies.
  enum Library {
    ONE_DNN,
    OPEN_BLAS,
    LOOPS
  }

  static MatrixKernel of(GemmProblem p, Cut cut) {
    Optional<Leading> a = Leading.of(p.a(), p.m(), p.k());
    Optional<Leading> b = Leading.of(p.b(), p.k(), p.n());
    Optional<Leading> c = Leading.of(p.c(), p.m(), p.n());
    Leading none = new Leading(false, 1);
    boolean stored =
        a.isPresent() && b.isPresent() && c.isPresent() && (p.c().column() == 1 || p.n() == 1);
    boolean empty = p.k() == 0;
    long distance = p.m() > 1 ? p.c().row() : Math.max(1, p.n());
    Library library =
        stored && !empty ? library(p, cut, a.get(), b.get(), distance) : Library.LOOPS;
    return new MatrixKernel(library, p, a.orElse(none), b.orElse(none), distance);
  }

  private static Library library(GemmProblem p, Cut cut, Leading a, Leading b, long distance) {
    boolean isShort =
        a.isShort()
            && b.isShort()
            && distance <= Integer.MAX_VALUE
            && Math.max(cut.rows(), Math.max(cut.columns(), cut.inner())) <= Integer.MAX_VALUE;
    boolean large = (double) cut.rows() * cut.columns() * cut.inner() >= WORTH_ONE_DNN;
    boolean single = p.dtype() == DType.F32;
    if (single && (large || !isShort) && Libraries.oneDnn()) {
      return Library.ONE_DNN;
    }
    if (isShort && Libraries.openBlas()) {
      return Library.OPEN_BLAS;
    }
    return single && Libraries.oneDnn() ? Library.ONE_DNN : Library.LOOPS;
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
      case OPEN_BLAS -> openBlas((int) m, (int) n, (int) k, aAt, bAt, beta, cAt, (int) distance);
      case LOOPS -> Loops.multiply(problem, m, n, k, aAt, bAt, beta, cAt, distance);
    }
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
