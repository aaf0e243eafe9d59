package org.ntk4j.cpu.run;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/// Memory from the operating system. Not zeroed where that costs something.
///
/// @param address a multiple of 64; of large blocks, of a huge page
/// @param release gives it back
record MemoryBlock(long address, long bytes, Runnable release) implements AutoCloseable {
  /// From here on blocks are mapped, in huge pages where the system has them.
  static final long LARGE = 4 << 20;

  private static final long ALIGNMENT = 64;

  static MemoryBlock allocate(long bytes) {
    if (bytes >= LARGE && Pages.AVAILABLE) {
      return Pages.map(bytes);
    }
    try {
      Arena arena = Arena.ofShared();
      return new MemoryBlock(
          arena.allocate(Math.max(bytes, 1), ALIGNMENT).address(), bytes, arena::close);
    } catch (OutOfMemoryError e) {
      throw refused(bytes);
    }
  }

  private static OutOfMemoryError refused(long bytes) {
    return new OutOfMemoryError("no memory for the " + bytes + " bytes that a program works in");
  }

  @Override
  public void close() {
    release.run();
  }

  /// Mappings of Linux: 64-bit Linux has the same constants on all processors.
  private static final class Pages {
    static final boolean AVAILABLE =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");

    private static final long HUGE_PAGE = 2 << 20;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_FILE = -1;
    private static final int HUGE_PAGES = 14;
    private static final long FAILED = -1;

    private static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE =
        function(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    private static final MethodHandle MUNMAP =
        function(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private Pages() {}

    @SuppressWarnings("restricted") // The signatures are POSIX.
    private static MethodHandle function(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    static MemoryBlock map(long bytes) {
      long mapped = Math.ceilDiv(bytes, HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE;
      try {
        long at = (long) MMAP.invokeExact(0L, mapped, READ_WRITE, PRIVATE_ANONYMOUS, NO_FILE, 0L);
        if (at == FAILED) {
          throw refused(bytes);
        }
        long address = Math.ceilDiv(at, HUGE_PAGE) * HUGE_PAGE;
        // Only advice: systems without huge pages refuse it.
        int _ = (int) MADVISE.invokeExact(address, mapped - HUGE_PAGE, HUGE_PAGES);
        return new MemoryBlock(address, bytes, () -> unmap(at, mapped));
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("bug: mmap", e);
      }
    }

    private static void unmap(long address, long bytes) {
      try {
        int failed = (int) MUNMAP.invokeExact(address, bytes);
        if (failed != 0) {
          throw new IllegalStateException("bug: munmap returned " + failed);
        }
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("bug: munmap", e);
      }
    }
  }
}
