package org.ntk4j.cpu.jit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Loads object files into the process; symbols they lack are those of the process.
final class ObjectLinker {
  private final Llvm llvm;
  private final long session;
  private final long library;
  private final long names;
  private final LinkErrors errors;

  ObjectLinker(Llvm llvm) {
    this.llvm = llvm;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
      long defaults = 0;
      llvm.checked("LLVMOrcCreateLLJIT", result.address(), defaults);
      this.session = result.get(ValueLayout.JAVA_LONG, 0);
    }
    this.library = llvm.call("LLVMOrcLLJITGetMainJITDylib", session);
    long execution = llvm.call("LLVMOrcLLJITGetExecutionSession", session);
    this.names = llvm.call("LLVMOrcExecutionSessionGetSymbolStringPool", execution);
    this.errors = new LinkErrors(llvm);
    long context = 0;
    llvm.call("LLVMOrcExecutionSessionSetErrorReporter", execution, errors.address(), context);
  }

  /// An object file in memory, ready to run.
  ///
  /// @param address of the function that was looked for
  /// @param tracker LLVM's handle of its memory
  record Loaded(long address, long tracker) {}

  /// Loads an object file that defines `symbol`, which no other loaded one does.
  Loaded load(String symbol, byte[] object) {
    long tracker = llvm.call("LLVMOrcJITDylibCreateResourceTracker", library);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, object);
      MemorySegment name = arena.allocateFrom(symbol);
      long buffer =
          llvm.call(
              "LLVMCreateMemoryBufferWithMemoryRangeCopy",
              bytes.address(),
              object.length,
              name.address());
      MemorySegment address = arena.allocate(ValueLayout.JAVA_LONG);
      try {
        llvm.checked("LLVMOrcLLJITAddObjectFileWithRT", session, tracker, buffer);
        llvm.checked("LLVMOrcLLJITLookup", session, address.address(), name.address());
      } catch (IllegalStateException e) {
        free(tracker);
        String reported = String.join("; ", errors.take());
        throw new IllegalStateException(e.getMessage() + "; " + reported, e);
      }
      return new Loaded(address.get(ValueLayout.JAVA_LONG, 0), tracker);
    }
  }

  /// Frees what was loaded.
  void unload(Loaded loaded) {
    free(loaded.tracker);
  }

  private void free(long tracker) {
    llvm.checked("LLVMOrcResourceTrackerRemove", tracker);
    llvm.call("LLVMOrcReleaseResourceTracker", tracker);
    llvm.call("LLVMOrcSymbolStringPoolClearDeadEntries", names);
  }
}
