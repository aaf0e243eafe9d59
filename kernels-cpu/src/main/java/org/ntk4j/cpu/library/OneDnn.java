package org.ntk4j.cpu.library;

import static org.ntk4j.cpu.library.NativeFunctions.BYTE;
import static org.ntk4j.cpu.library.NativeFunctions.FLOAT;
import static org.ntk4j.cpu.library.NativeFunctions.INT;
import static org.ntk4j.cpu.library.NativeFunctions.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.OptionalLong;
import org.bytedeco.dnnl.global.dnnl;

/// Functions of oneDNN in the calling thread; its objects are addresses.
///
/// Loaded when first used; use [Libraries#oneDnn] to see whether that works.
final class OneDnn {
  private static final NativeFunctions LIBRARY = open();
  private static final MethodHandle SGEMM =
      LIBRARY.function(
          "dnnl_sgemm",
          BYTE,
          BYTE,
          LONG,
          LONG,
          LONG,
          FLOAT,
          LONG,
          LONG,
          LONG,
          LONG,
          FLOAT,
          LONG,
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

  /// Calls a function that writes a handle to its first argument.
  interface Creation {
    /// Its status.
    int create(long result) throws Throwable;
  }

  /// The handle that a function made, if it made one.
  static OptionalLong handle(Creation creation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(LONG);
      int status = creation.create(result.address());
      return status == 0 ? OptionalLong.of(result.get(LONG, 0)) : OptionalLong.empty();
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
  }

  static NativeFunctions library() {
    return LIBRARY;
  }

  /// Points a memory object to an address.
  static void point(long memory, long address) {
    int status;
    try {
      status = (int) MEMORY_SET.invokeExact(memory, address);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    check("memory_set_data_handle", status);
  }

  /// Runs a primitive.
  static void execute(long primitive, long stream, int count, long arguments) {
    int status;
    try {
      status = (int) EXECUTE.invokeExact(primitive, stream, count, arguments);
    } catch (Throwable e) {
      throw NativeFunctions.failure(e);
    }
    check("primitive_execute", status);
  }
}
