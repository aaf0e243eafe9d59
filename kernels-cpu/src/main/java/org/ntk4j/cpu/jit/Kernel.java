package org.ntk4j.cpu.jit;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A compiled kernel; it may be called until the module it is of is closed, from many threads.
public final class Kernel {
  /// One for all kernels: their address is the first argument.
  private static final MethodHandle CALL = downcall();

  private final String name;
  private final MemorySegment entry;

  Kernel(String name, long address) {
    this.name = name;
    this.entry = MemorySegment.ofAddress(address);
  }

  @SuppressWarnings("restricted") // Kernels are as safe as the text they were compiled from.
  private static MethodHandle downcall() {
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.ofVoid(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  }

  /// The name it was compiled under.
  public String name() {
    return name;
  }

  /// Runs it on `begin <= i < end`.
  ///
  /// @param args the array of pointers
  public void call(MemorySegment args, long begin, long end) {
    call(args.address(), begin, end);
  }

  /// Runs it on `begin <= i < end`.
  ///
  /// @param args address of the array of pointers
  public void call(long args, long begin, long end) {
    try {
      CALL.invokeExact(entry, args, begin, end);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("bug: kernel " + name, e);
    }
  }
}
