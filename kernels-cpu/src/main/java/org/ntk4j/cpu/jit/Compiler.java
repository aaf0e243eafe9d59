package org.ntk4j.cpu.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// From LLVM IR text to machine code. For one thread.
final class Compiler implements AutoCloseable {
  /// The optimizations; part of what identifies the result. Calls of vectors are there only after
  /// the first.
  static final String PASSES = "default<O3>,always-inline";

  // Values of enums of LLVM's C interface.
  private static final int ASSEMBLY = 0;
  private static final int OBJECT = 1;
  private static final int OPTIMIZE_AGGRESSIVELY = 3;
  private static final int POSITION_INDEPENDENT = 2;
  private static final int SMALL_CODE_MODEL = 3;
  private static final int RETURN_STATUS = 2;

  private final Llvm llvm;
  private final Host host;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment message = arena.allocate(ValueLayout.JAVA_LONG);
  private final long triple;
  private final long machine;

  Compiler(Llvm llvm, Host host) {
    this.llvm = llvm;
    this.host = host;
    this.triple = text(arena, host.triple());
    llvm.checked("LLVMGetTargetFromTriple", message, triple, result.address(), message.address());
    this.machine =
        llvm.call(
            "LLVMCreateTargetMachine",
            result(),
            triple,
            text(arena, host.cpu()),
            text(arena, host.features()),
            OPTIMIZE_AGGRESSIVELY,
            POSITION_INDEPENDENT,
            SMALL_CODE_MODEL);
  }

  /// An object file.
  byte[] object(String text) {
    return compile(text, OBJECT);
  }

  /// What the object file would hold, to read.
  String assembly(String text) {
    return new String(compile(text, ASSEMBLY), StandardCharsets.UTF_8);
  }

  private byte[] compile(String text, int output) {
    long context = llvm.call("LLVMContextCreate");
    try (Arena scratch = Arena.ofConfined()) {
      long module = parse(text, context, scratch);
      try {
        prepare(module, scratch);
        optimize(module, scratch);
        return emit(module, output);
      } finally {
        llvm.call("LLVMDisposeModule", module);
      }
    } finally {
      llvm.call("LLVMContextDispose", context);
    }
  }

  private long parse(String text, long context, Arena scratch) {
    MemorySegment utf8 = scratch.allocateFrom(text);
    long buffer =
        llvm.call(
            "LLVMCreateMemoryBufferWithMemoryRange",
            utf8.address(),
            utf8.byteSize() - 1,
            text(scratch, "kernel"),
            1);
    // The parser disposes of the buffer.
    llvm.checked(
        "LLVMParseIRInContext", message, context, buffer, result.address(), message.address());
    return result();
  }

  private void prepare(long module, Arena scratch) {
    llvm.checked("LLVMVerifyModule", message, module, RETURN_STATUS, message.address());
    llvm.call("LLVMSetTarget", module, triple);
    long layout = llvm.call("LLVMCreateTargetDataLayout", machine);
    llvm.call("LLVMSetModuleDataLayout", module, layout);
    llvm.call("LLVMDisposeTargetData", layout);
    String[][] attributes = {
      {"target-cpu", host.cpu()},
      {"target-features", host.features()},
      {"prefer-vector-width", Integer.toString(host.vectorBits())}
    };
    for (String[] attribute : attributes) {
      long key = text(scratch, attribute[0]);
      long value = text(scratch, attribute[1]);
      for (long f = llvm.call("LLVMGetFirstFunction", module);
          f != 0;
          f = llvm.call("LLVMGetNextFunction", f)) {
        if ((int) llvm.call("LLVMIsDeclaration", f) == 0) {
          llvm.call("LLVMAddTargetDependentFunctionAttr", f, key, value);
        }
      }
    }
  }

  private void optimize(long module, Arena scratch) {
    long options = llvm.call("LLVMCreatePassBuilderOptions");
    try {
      llvm.checked("LLVMRunPasses", module, text(scratch, PASSES), machine, options);
    } finally {
      llvm.call("LLVMDisposePassBuilderOptions", options);
    }
  }

  @SuppressWarnings("restricted") // The buffer is as long as LLVM says.
  private byte[] emit(long module, int output) {
    llvm.checked(
        "LLVMTargetMachineEmitToMemoryBuffer",
        message,
        machine,
        module,
        output,
        message.address(),
        result.address());
    long buffer = result();
    try {
      return MemorySegment.ofAddress(llvm.call("LLVMGetBufferStart", buffer))
          .reinterpret(llvm.call("LLVMGetBufferSize", buffer))
          .toArray(ValueLayout.JAVA_BYTE);
    } finally {
      llvm.call("LLVMDisposeMemoryBuffer", buffer);
    }
  }

  private long result() {
    return result.get(ValueLayout.JAVA_LONG, 0);
  }

  private static long text(Arena arena, String s) {
    return arena.allocateFrom(s).address();
  }

  @Override
  public void close() {
    llvm.call("LLVMDisposeTargetMachine", machine);
    arena.close();
  }
}
