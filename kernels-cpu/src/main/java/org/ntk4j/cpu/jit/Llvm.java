package org.ntk4j.cpu.jit;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Loader;

/// The C functions of LLVM, by name.
///
/// Each is called with the same number of 64-bit words, whatever C says of it: then one kind of
/// call serves all of them, and others need not be made ready. That is right where the caller
/// removes arguments and passes them in registers or in slots of 8 bytes, on every platform there
/// is a library for; of an `int` result the upper half is to be ignored.
final class Llvm {
  private static final System.Logger LOG = System.getLogger(Llvm.class.getName());

  private static final int ARGUMENTS = 7;

  private static final MethodHandle CALL = downcall();

  private final SymbolLookup symbols;
  private final Map<String, MemorySegment> found = new ConcurrentHashMap<>();

  private static final class Holder {
    static final Optional<Llvm> LLVM = load();
  }

  private Llvm(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /// The library, ready to compile for this processor; empty, after one line, if there is none.
  static Optional<Llvm> find() {
    return Holder.LLVM;
  }

  private static Optional<Llvm> load() {
    try {
      return Optional.of(open());
    } catch (LinkageError | IOException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "LLVM cannot be loaded, loops are interpreted, slowly (on a module path, its native"
              + " module needs --add-modules ALL-MODULE-PATH): "
              + e.getMessage());
      return Optional.empty();
    }
  }

  /// Only the library itself is unpacked, into JavaCPP's cache: the presets' own class would unpack
  /// more, bind thousands of functions and warn of its version.
  @SuppressWarnings("restricted")
  private static Llvm open() throws IOException {
    String resource =
        "org/bytedeco/llvm/" + Loader.getPlatform() + "/" + System.mapLibraryName("LLVM");
    URL url = Llvm.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IOException(resource + " is not on the class path");
    }
    File file = Loader.cacheResource(url);
    Llvm llvm = new Llvm(SymbolLookup.libraryLookup(file.toPath(), Arena.global()));
    for (String part : new String[] {"TargetInfo", "Target", "TargetMC", "AsmPrinter"}) {
      llvm.call("LLVMInitialize" + architecture() + part);
    }
    return llvm;
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "amd64", "x86_64" -> "X86";
      case "aarch64" -> "AArch64";
      default -> throw new IllegalArgumentException("no kernels can be compiled for " + name);
    };
  }

  @SuppressWarnings("restricted")
  private static MethodHandle downcall() {
    MemoryLayout[] words = new MemoryLayout[ARGUMENTS];
    Arrays.fill(words, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, words));
  }

  /// Calls a function; pointers are passed and returned as addresses.
  long call(String function, long... arguments) {
    MemorySegment f = address(function);
    long[] x = Arrays.copyOf(arguments, ARGUMENTS);
    try {
      return (long) CALL.invokeExact(f, x[0], x[1], x[2], x[3], x[4], x[5], x[6]);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("bug: " + function, e);
    }
  }

  /// Where a function is.
  MemorySegment address(String function) {
    return found.computeIfAbsent(function, this::find);
  }

  private MemorySegment find(String function) {
    return symbols
        .find(function)
        .orElseThrow(() -> new UnsatisfiedLinkError("this LLVM has no " + function));
  }

  /// Calls a function that returns a string that is ours to dispose of.
  String text(String function, long... arguments) {
    return taken(call(function, arguments));
  }

  /// Calls a function that returns an `LLVMErrorRef`, which is 0 for none.
  void checked(String function, long... arguments) {
    long error = call(function, arguments);
    if (error != 0) {
      throw new IllegalStateException("bug: " + function + ": " + message(error));
    }
  }

  /// What an `LLVMErrorRef` says, which is disposed of.
  String message(long error) {
    long message = call("LLVMGetErrorMessage", error);
    String text = string(message);
    call("LLVMDisposeErrorMessage", message);
    return text;
  }

  /// Calls a function whose result is not 0 when it failed, and that has then written the address
  /// of a message to `message`.
  void checked(String function, MemorySegment message, long... arguments) {
    message.set(ValueLayout.JAVA_LONG, 0, 0);
    boolean failed = (int) call(function, arguments) != 0;
    long address = message.get(ValueLayout.JAVA_LONG, 0);
    String text = address == 0 ? "" : taken(address);
    if (failed) {
      throw new IllegalStateException("bug: " + function + ": " + text);
    }
  }

  private String taken(long address) {
    String text = string(address);
    call("LLVMDisposeMessage", address);
    return text;
  }

  @SuppressWarnings("restricted")
  private static String string(long address) {
    return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }
}
