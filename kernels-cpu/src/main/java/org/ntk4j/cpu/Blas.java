package org.ntk4j.cpu;

import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/// Row-major matrix products of OpenBLAS in the calling thread.
///
/// The library is loaded at the first call of [#find].
final class Blas {
  private static final System.Logger LOG = System.getLogger(Blas.class.getName());

  private Blas() {}

  private static final class Holder {
    static final Optional<Blas> BLAS = load();
  }

  /// The library; empty, after one warning, if it cannot be loaded.
  static Optional<Blas> find() {
    return Holder.BLAS;
  }

  private static Optional<Blas> load() {
    liftMemoryLimits();
    try {
      openblas_nolapack.blas_set_num_threads(1);
      return Optional.of(new Blas());
    } catch (LinkageError e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "OpenBLAS cannot be loaded, matrix products run in Java, slowly (on a module path, its"
              + " native modules need --add-modules ALL-MODULE-PATH): "
              + e.getMessage());
      return Optional.empty();
    }
  }

  /// JavaCPP's default limits count the memory of the whole process, and fail without need.
  static void liftMemoryLimits() {
    setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
    setIfAbsent("org.bytedeco.javacpp.maxbytes", "0");
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /// A matrix in memory: its address, whether it is stored transposed, and the distance of its
  /// stored rows in elements.
  record Stored(long address, boolean transposed, long rowDistance) {}

  /// `C = alpha · A · B + beta · C` in `f32`; `A` is `[m, k]`, `B` `[k, n]`.
  void sgemm(int m, int n, int k, double alpha, Stored a, Stored b, double beta, Stored c) {
    openblas_nolapack.cblas_sgemm(
        openblas_nolapack.CblasRowMajor,
        code(a.transposed),
        code(b.transposed),
        m,
        n,
        k,
        (float) alpha,
        new Floats(a.address),
        (int) a.rowDistance,
        new Floats(b.address),
        (int) b.rowDistance,
        (float) beta,
        new Floats(c.address),
        (int) c.rowDistance);
  }

  /// `C = alpha · A · B + beta · C` in `f64`; `A` is `[m, k]`, `B` `[k, n]`.
  void dgemm(int m, int n, int k, double alpha, Stored a, Stored b, double beta, Stored c) {
    openblas_nolapack.cblas_dgemm(
        openblas_nolapack.CblasRowMajor,
        code(a.transposed),
        code(b.transposed),
        m,
        n,
        k,
        alpha,
        new Doubles(a.address),
        (int) a.rowDistance,
        new Doubles(b.address),
        (int) b.rowDistance,
        beta,
        new Doubles(c.address),
        (int) c.rowDistance);
  }

  private static int code(boolean transposed) {
    return transposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans;
  }

  /// Memory that somebody else owns.
  private static final class Floats extends FloatPointer {
    Floats(long address) {
      this.address = address;
    }
  }

  /// Memory that somebody else owns.
  private static final class Doubles extends DoublePointer {
    Doubles(long address) {
      this.address = address;
    }
  }
}
