package org.ntk4j.cpu.library;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/// Handles of the functions of one native library; pointers and `size_t` are passed as `long`.
final class NativeFunctions {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final SymbolLookup symbols;

  private NativeFunctions(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /// Loads the library of a JavaCPP preset.
  ///
  /// @throws LinkageError if there is none for this platform
  @SuppressWarnings("restricted") // The library is the one that JavaCPP has just loaded.
  static NativeFunctions load(Class<?> preset) {
    liftMemoryLimits();
    String file = Loader.load(preset);
    if (file == null) {
      throw new UnsatisfiedLinkError("no native library of " + preset.getName());
    }
    // Symbols of the libraries that it depends on are found through it.
    SymbolLookup own = SymbolLookup.libraryLookup(Path.of(file), Arena.global());
    return new NativeFunctions(own.or(NativeFunctions::known));
  }

  /// Where a search of dependencies is not made by the system, JavaCPP knows the address.
  private static Optional<MemorySegment> known(String name) {
    return Optional.ofNullable(Loader.addressof(name))
        .map(pointer -> MemorySegment.ofAddress(pointer.address()));
  }

  /// JavaCPP's default limits count the memory of the whole process, and fail without need.
  private static void liftMemoryLimits() {
    setIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
    setIfAbsent("org.bytedeco.javacpp.maxbytes", "0");
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /// A function without result.
  MethodHandle procedure(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.ofVoid(arguments));
  }

  /// A function whose result is an `int`, e.g. a status.
  MethodHandle function(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(INT, arguments));
  }

  /// A function whose result is a `size_t`.
  MethodHandle size(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(LONG, arguments));
  }

  @SuppressWarnings("restricted") // The signatures are those of the library's headers.
  private MethodHandle link(String name, FunctionDescriptor type) {
    MemorySegment symbol =
        symbols
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the library has no function " + name));
    return Linker.nativeLinker().downcallHandle(symbol, type);
  }

  /// Sets a variable of the environment that a library reads when it is loaded.
  @SuppressWarnings("restricted") // The signature of setenv is POSIX.
  static void setEnvironment(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      throw new UnsatisfiedLinkError("this platform has no setenv");
    }
    FunctionDescriptor type =
        FunctionDescriptor.of(INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, INT);
    MethodHandle call = linker.downcallHandle(setenv.get(), type);
    try (Arena arena = Arena.ofConfined()) {
      int failed = (int) call.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new UnsatisfiedLinkError(name + " cannot be set");
      }
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// What an invocation threw: native functions throw nothing, so it is ours.
  static RuntimeException failure(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException exception
        ? exception
        : new IllegalStateException("bug: a native call threw", e);
  }
}
