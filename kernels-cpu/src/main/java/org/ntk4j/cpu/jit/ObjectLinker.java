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

  /// What LLVM reports on its error stream is left out; exceptions say it.
  ObjectLinker(Llvm llvm) {
    // It takes the context, which is 0, for the error: to be called back takes Java some 20 ms to
    // make ready, too long for what seldom happens.
    this(llvm, llvm.address("LLVMConsumeError").address());
  }

  /// @param reporter is called with 0 and each error
  private ObjectLinker(Llvm llvm, long reporter) {
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
    long context = 0;
    llvm.call("LLVMOrcExecutionSessionSetErrorReporter", execution, reporter, context);
  }

  /// An object file in memory, ready to run.
  ///
  /// @param address of the function that was looked for
  /// @param tracker LLVM's handle of its memory
  record Loaded(long address, long tracker) {}

  /// Loads an object file that defines `symbol`, which no other loaded one does.
  Loaded load(String symbol, byte[] object) {
    try {
      return link(symbol, object);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + reasons(symbol, object), e);
    }
  }

  /// Why an object file cannot be linked: tries it again, in a session that is listened to.
  private String reasons(String symbol, byte[] object) {
    try (LinkErrors errors = new LinkErrors(llvm)) {
      ObjectLinker other = new ObjectLinker(llvm, errors.reporter());
      try {
        other.link(symbol, object);
      } catch (IllegalStateException e) {
        return "; " + String.join("; ", errors.messages());
      } finally {
        llvm.checked("LLVMOrcDisposeLLJIT", other.session);
      }
      return "";
    }
  }

  private Loaded link(String symbol, byte[] object) {
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
        throw e;
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
