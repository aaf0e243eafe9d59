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

/// Why linking failed: LLVM reports that aside, to the standard error stream if nobody listens, and
/// then fails without saying it. It links in the thread that asks for a symbol.
final class LinkErrors {
  private static final ThreadLocal<List<String>> REPORTED = ThreadLocal.withInitial(ArrayList::new);

  private final Llvm llvm;
  private final MemorySegment reporter;

  LinkErrors(Llvm llvm) {
    this.llvm = llvm;
    this.reporter = reporter();
  }

  /// The function to which a session reports errors.
  long address() {
    return reporter.address();
  }

  /// What was reported in this thread since the last call.
  List<String> take() {
    List<String> messages = REPORTED.get();
    REPORTED.remove();
    return messages;
  }

  /// `void report(void* context, LLVMErrorRef error)`.
  @SuppressWarnings("restricted")
  private MemorySegment reporter() {
    MethodHandle report;
    try {
      MethodType type = MethodType.methodType(void.class, long.class, long.class);
      report = MethodHandles.lookup().bind(this, "report", type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("bug: there is no function to report to", e);
    }
    FunctionDescriptor function =
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker().upcallStub(report, function, Arena.global());
  }

  /// Called by LLVM.
  void report(long context, long error) {
    REPORTED.get().add(llvm.message(error));
  }
}
