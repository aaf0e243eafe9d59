package org.ntk4j.tests.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The stand-in for a card's driver and compiler, in this process: `tests/standin`, built once by
/// g++ into `target/standin`, a directory for each state of its sources.
///
/// A process loads one driver, so tests on the stand-in run in a process of their own.
@SuppressWarnings("restricted")
final class StandIn {
  private static final String LIBRARIES = "org.ntk4j.cuda.path";
  private static final String CACHE = "org.ntk4j.cache";

  private static final class Holder {
    static final StandIn IN_USE = new StandIn(built());
  }

  /// What [#count] counts.
  enum Count {
    ALLOCATIONS,
    BYTES,
    PINNED_BLOCKS,
    STREAMS,
    EVENTS,
    MODULES,
    GRAPHS,
    KERNEL_RUNS,
    GRAPH_LAUNCHES,
    COPIES_TO_DEVICE,
    COPIES_TO_HOST,
    BYTES_TO_DEVICE
  }

  /// What [#set] sets; `ORDER` of threads, blocks and streams: 0 ascending, 1 descending, else the
  /// seed of a random one.
  enum Setting {
    MEMORY_BYTES,
    DEVICES,
    RACES,
    ORDER
  }

  private final MethodHandle message;
  private final MethodHandle count;
  private final MethodHandle set;
  private final MethodHandle limit;
  private final MethodHandle reset;

  private final Path directory;

  private StandIn(Path directory) {
    this.directory = directory;
    System.setProperty(LIBRARIES, directory.toString());
    System.setProperty(CACHE, directory.resolve("cache").toString());
    SymbolLookup driver =
        SymbolLookup.libraryLookup(directory.resolve("libcuda.so.1"), Arena.global());
    message = function(driver, "Message", FunctionDescriptor.of(ValueLayout.ADDRESS));
    count =
        function(
            driver, "Count", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    set =
        function(
            driver, "Set", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    limit =
        function(
            driver,
            "Limit",
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    reset = function(driver, "Reset", FunctionDescriptor.ofVoid());
  }

  /// The stand-in, which the back end then finds; the test is skipped where there is no g++.
  static StandIn require() {
    Assumptions.assumeTrue(hasCompiler(), "there is no g++ to build the stand-in driver with");
    return Holder.IN_USE;
  }

  private static boolean hasCompiler() {
    try {
      Process process =
          new ProcessBuilder(compiler(), "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String compiler() {
    return System.getenv().getOrDefault("CXX", "g++");
  }

  private static Path built() {
    Path tests = testsDirectory();
    Path sources = tests.resolve("standin");
    try {
      Path directory = tests.resolve("target/standin/" + fingerprint(sources));
      if (!Files.exists(directory.resolve("libcudart.so.13"))) {
        build(sources, directory);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Builds beside the directory and moves what is complete.
  private static void build(Path sources, Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    Path fresh = Files.createTempDirectory(directory.getParent(), "building");
    Path log = fresh.resolve("log");
    String script = sources.resolve("build.sh").toString();
    Process process =
        new ProcessBuilder("sh", script, fresh.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "the stand-in driver cannot be built:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    try {
      Files.move(fresh, directory);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another process was faster with the same sources; what it built is complete.
    }
  }

  private static Path testsDirectory() {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      for (Path tests : List.of(at, at.resolve("tests"))) {
        if (Files.exists(tests.resolve("standin/build.sh"))) {
          return tests;
        }
      }
    }
    throw new IllegalStateException("no tests/standin above " + start);
  }

  private static String fingerprint(Path sources) throws IOException {
    try (Stream<Path> files = Files.list(sources)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(compiler().getBytes(StandardCharsets.UTF_8));
      for (Path file : files.sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(SymbolLookup driver, String name, FunctionDescriptor type) {
    MemorySegment address = driver.find("ntk4jStandIn" + name).orElseThrow();
    return Linker.nativeLinker().downcallHandle(address, type);
  }

  /// Where its libraries are.
  Path directory() {
    return directory;
  }

  /// What the driver has found wrong last; empty if nothing.
  String message() {
    MemorySegment text = (MemorySegment) call(message);
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  long count(Count what) {
    return (long) call(count, what.ordinal());
  }

  void set(Setting what, long value) {
    call(set, what.ordinal(), value);
  }

  /// Lets kernels touch only these bytes of the allocation that holds them, which is larger than
  /// was asked for.
  void limit(long address, long bytes) {
    call(limit, address, bytes);
  }

  /// Lets kernels touch all of the allocation again.
  void unlimit(long address) {
    call(limit, address, -1L);
  }

  /// Forgets what went wrong, and what was to be done.
  void reset() {
    call(reset);
  }

  private static Object call(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
