package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.BYTE;
import static org.ntk4j.cpu.library.NativeFunctions.FLOAT;
import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;

/// Functions of oneDNN in the calling thread; its objects are addresses.
///
/// Loaded when first used; use [Libraries#oneDnn] to see whether that works.
final class OneDnn {
  static final int FORWARD_INFERENCE = 96;
  static final int ALGORITHM = 1;
  private static final int F32 = 3;
  private static final int TAG_ANY = 1;
  private static final int CPU = 1;
  private static final int SCRATCHPAD_USER = 1;
  private static final int UNIMPLEMENTED = 3;
  private static final int QUERY_IMPLEMENTATION = 8;

  private static final NativeFunctions LIBRARY = open();
  private static final MethodHandle SGEMM =
      LIBRARY.function(
          "dnnl_sgemm", BYTE, BYTE, LONG, LONG, LONG, FLOAT, LONG, LONG, LONG, LONG, FLOAT, LONG,
          LONG);
  private static final MethodHandle MEMORY_SET =
      LIBRARY.function("dnnl_memory_set_data_handle", LONG, LONG);
  private static final MethodHandle EXECUTE =
      LIBRARY.function("dnnl_primitive_execute", LONG, LONG, INT, LONG);

  private OneDnn() {}

  private static NativeFunctions open() {
    // Read when the library is loaded: our own threads are enough.
    NativeFunctions.setEnvironment("OMP_NUM_THREADS", "1");
    return NativeFunctions.load(dnnl.class);
  }

  /// Loads the library.
  static void load() {
    // The initialization of this class does it.
  }

  /// `C = alpha A B + beta C` in `f32`, row-major.
  static void sgemm(
      boolean aTransposed,
      boolean bTransposed,
      long m,
      long n,
      long k,
      float alpha,
      long a,
      long lda,
      long b,
      long ldb,
      float beta,
      long c,
      long ldc) {
    int status;
    try {
      status =
          (int)
              SGEMM.invokeExact(
                  code(aTransposed),
                  code(bTransposed),
                  m,
                  n,
                  k,
                  alpha,
                  a,
                  lda,
                  b,
                  ldb,
                  beta,
                  c,
                  ldc);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    check("sgemm", status);
  }

  private static byte code(boolean transposed) {
    return (byte) (transposed ? 'T' : 'N');
  }

  private static void check(String what, int status) {
    if (status != 0) {
      throw new IllegalStateException("bug: oneDNN's " + what + " returned " + status);
    }
  }
}
