package org.ntk4j.cpu.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// What a session of LLVM reports. It links in the thread that asks for a symbol.
final class LinkErrors implements AutoCloseable {
  private final Llvm llvm;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment reporter;
  private final List<String> messages = new ArrayList<>();

  @SuppressWarnings("restricted")
  LinkErrors(Llvm llvm) {
    this.llvm = llvm;
    FunctionDescriptor function =
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    this.reporter = Linker.nativeLinker().upcallStub(handle(), function, arena);
  }

  private MethodHandle handle() {
    try {
      MethodType type = MethodType.methodType(void.class, long.class, long.class);
      return MethodHandles.lookup().bind(this, "report", type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: there is no function to report to", e);
    }
  }

  /// The function that a session is to call with an error.
  long reporter() {
    return reporter.address();
  }

  /// What it has reported.
  List<String> messages() {
    return messages;
  }

  /// Called by LLVM: `void report(void* context, LLVMErrorRef error)`.
  void report(long context, long error) {
    messages.add(llvm.message(error));
  }

  @Override
  public void close() {
    arena.close();
  }
}
