package org.ntk4j.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// NVIDIA's run-time compiler. It is called without the presets, since it needs no driver and no
/// card, and they do.
final class Nvrtc implements SourceCompiler {
  private static final String LIBRARY = "nvrtc";

  /// Releases whose library is looked for only to say that it is too old.
  private static final List<Integer> OLDER = List.of(12, 11);

  private static final System.Logger LOG = System.getLogger(Nvrtc.class.getName());

  private final NativeCalls calls;
  private final String version;
  private final SortedSet<Integer> architectures;

  private Nvrtc(NativeCalls calls, String version, SortedSet<Integer> architectures) {
    this.calls = calls;
    this.version = version;
    this.architectures = architectures;
  }

  /// The compiler.
  ///
  /// @throws CudaException if there is none, or one that is too old or too new
  static Nvrtc open() {
    List<String> names =
        Stream.concat(Stream.of(Detector.CUDA_MAJOR), OLDER.stream())
            .flatMap(major -> CudaLibraries.names(LIBRARY, major).stream())
            .toList();
    NativeCalls calls =
        new NativeCalls(
            CudaLibraries.open(names)
                .orElseThrow(() ->
                    new CudaException(
                        "NVRTC, the compiler of the CUDA toolkit, was not found: no %s in %s"
                            .formatted(names.getFirst(), CudaLibraries.searched()))));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment minor = arena.allocate(ValueLayout.JAVA_INT);
      check(calls, "nvrtcVersion", major.address(), minor.address());
      String version = integer(major) + "." + integer(minor);
      if (integer(major) != Detector.CUDA_MAJOR) {
        throw new CudaException(
            "NVRTC %s (%s) is not supported; expected %d.0 or a later %d."
                .formatted(version, calls.place(), Detector.CUDA_MAJOR, Detector.CUDA_MAJOR));
      }
      loadBuiltins(version);
      return new Nvrtc(calls, version, architectures(calls, arena));
    }
  }

  /// It loads them itself, by this name, when it compiles; some toolkits do not tell it where.
  private static void loadBuiltins(String version) {
    String name = "libnvrtc-builtins.so." + version;
    if (CudaLibraries.open(List.of(name)).isEmpty()) {
      LOG.log(System.Logger.Level.DEBUG, "{0} was not found", name);
    }
  }

  private static SortedSet<Integer> architectures(NativeCalls calls, Arena arena) {
    MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
    check(calls, "nvrtcGetNumSupportedArchs", count.address());
    MemorySegment all = arena.allocate(ValueLayout.JAVA_INT, Math.max(1, integer(count)));
    check(calls, "nvrtcGetSupportedArchs", all.address());
    SortedSet<Integer> found = new TreeSet<>();
    for (int i = 0; i < integer(count); i++) {
      found.add(all.getAtIndex(ValueLayout.JAVA_INT, i));
    }
    return found;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String place() {
    return calls.place();
  }

  @Override
  public SortedSet<Integer> architectures() {
    return architectures;
  }

  @Override
  public byte[] compile(String source, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(ValueLayout.JAVA_LONG);
      check(
          calls,
          "nvrtcCreateProgram",
          program.address(),
          arena.allocateFrom(source).address(),
          arena.allocateFrom("ntk4j.cu").address(),
          0,
          0,
          0);
      try {
        return compile(program.get(ValueLayout.JAVA_LONG, 0), options, arena);
      } finally {
        check(calls, "nvrtcDestroyProgram", program.address());
      }
    }
  }

  private byte[] compile(long program, List<String> options, Arena arena) {
    MemorySegment texts = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, options.size()));
    for (int i = 0; i < options.size(); i++) {
      texts.setAtIndex(ValueLayout.JAVA_LONG, i, arena.allocateFrom(options.get(i)).address());
    }
    int result = calls.call("nvrtcCompileProgram", program, options.size(), texts.address());
    String log = log(program, arena).strip();
    if (result != 0) {
      throw new IllegalStateException(
          "bug: NVRTC %s refuses a kernel (%s): %s".formatted(version, error(calls, result), log));
    }
    if (!log.isEmpty()) {
      LOG.log(System.Logger.Level.DEBUG, "NVRTC: {0}", log);
    }
    MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
    check(calls, "nvrtcGetCUBINSize", program, size.address());
    MemorySegment cubin = arena.allocate(size.get(ValueLayout.JAVA_LONG, 0), Long.BYTES);
    check(calls, "nvrtcGetCUBIN", program, cubin.address());
    return cubin.toArray(ValueLayout.JAVA_BYTE);
  }

  private String log(long program, Arena arena) {
    MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
    check(calls, "nvrtcGetProgramLogSize", program, size.address());
    MemorySegment text = arena.allocate(size.get(ValueLayout.JAVA_LONG, 0) + 1);
    check(calls, "nvrtcGetProgramLog", program, text.address());
    return text.getString(0);
  }

  private static void check(NativeCalls calls, String function, long... arguments) {
    int result = calls.call(function, arguments);
    if (result != 0) {
      throw new CudaException(
          "%s of %s failed with %s.".formatted(function, calls.place(), error(calls, result)));
    }
  }

  private static String error(NativeCalls calls, int result) {
    Optional<String> name = NativeCalls.string(calls.word("nvrtcGetErrorString", result));
    return name.orElse("error " + result);
  }

  private static int integer(MemorySegment cell) {
    return cell.get(ValueLayout.JAVA_INT, 0);
  }
}
