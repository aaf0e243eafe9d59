package org.ntk4j.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.ntk4j.cpu.Blas.Stored;

/// Row-major `f32` matrix products of oneDNN in the calling thread: faster than OpenBLAS on thin
/// matrices, and twice as fast on processors with full-width AVX-512.
final class OneDnn {
  private static final System.Logger LOG = System.getLogger(OneDnn.class.getName());

  private OneDnn() {}

  private static final class Holder {
    static final Optional<OneDnn> LIBRARY = load();
  }

  /// The library; empty where there is none for this platform. Loaded at the first call.
  static Optional<OneDnn> find() {
    return Holder.LIBRARY;
  }

  private static Optional<OneDnn> load() {
    Blas.liftMemoryLimits();
    try {
      // Read when the library is loaded: our own threads are enough.
      setEnvironment("OMP_NUM_THREADS", "1");
      dnnl.dnnl_version();
      return Optional.of(new OneDnn());
    } catch (LinkageError e) {
      LOG.log(System.Logger.Level.INFO, "oneDNN cannot be loaded, OpenBLAS is used: " + e);
      return Optional.empty();
    }
  }

  @SuppressWarnings("restricted") // The signature of setenv is POSIX.
  private static void setEnvironment(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      throw new UnsatisfiedLinkError("this platform has no setenv");
    }
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    MethodHandle call = linker.downcallHandle(setenv.get(), type);
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) call.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new UnsatisfiedLinkError(name + " cannot be set");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("bug: setenv", e);
    }
  }

  /// `C = alpha · A · B + beta · C`; `A` is `[m, k]`, `B` `[k, n]`.
  void sgemm(int m, int n, int k, double alpha, Stored a, Stored b, double beta, Stored c) {
    int status =
        dnnl.dnnl_sgemm(
            code(a.transposed()),
            code(b.transposed()),
            m,
            n,
            k,
            (float) alpha,
            new Floats(a.address()),
            a.rowDistance(),
            new Floats(b.address()),
            b.rowDistance(),
            (float) beta,
            new Floats(c.address()),
            c.rowDistance());
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("bug: dnnl_sgemm returned " + status);
    }
  }

  private static byte code(boolean transposed) {
    return (byte) (transposed ? 'T' : 'N');
  }

  /// Memory that somebody else owns.
  private static final class Floats extends FloatPointer {
    Floats(long address) {
      this.address = address;
    }
  }
}
