package org.ntk4j.cuda.driver;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ntk4j.cuda.driver.CudaLibraries.Library;

/// The C functions of a library, by name, without the presets.
///
/// Each is called with the same number of 64-bit words, which serves every function of integers and
/// pointers: the caller removes arguments, on every platform that has CUDA.
final class NativeCalls {
  private static final int ARGUMENTS = 6;

  private static final MethodHandle CALL = downcall();

  private final Library library;
  private final Map<String, MemorySegment> found = new ConcurrentHashMap<>();

  NativeCalls(Library library) {
    this.library = library;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle downcall() {
    MemoryLayout[] words = new MemoryLayout[ARGUMENTS];
    Arrays.fill(words, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, words));
  }

  /// The file of the library.
  String place() {
    return library.place();
  }

  /// The result of a function that returns an `int`.
  int call(String function, long... arguments) {
    return (int) word(function, arguments);
  }

  /// The result of a function that returns a pointer.
  long word(String function, long... arguments) {
    MemorySegment f = found.computeIfAbsent(function, this::address);
    long[] x = Arrays.copyOf(arguments, ARGUMENTS);
    try {
      return (long) CALL.invokeExact(f, x[0], x[1], x[2], x[3], x[4], x[5]);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("bug: " + function, e);
    }
  }

  private MemorySegment address(String function) {
    return library
        .symbols()
        .find(function)
        .orElseThrow(
            () -> new CudaException(library.place() + " has no function " + function + "."));
  }

  /// The C string at an address; empty if that is 0.
  @SuppressWarnings("restricted")
  static Optional<String> string(long address) {
    return address == 0
        ? Optional.empty()
        : Optional.of(MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0));
  }
}
