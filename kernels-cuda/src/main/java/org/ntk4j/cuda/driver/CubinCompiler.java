package org.ntk4j.cuda.driver;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ntk4j.core.io.FileCache;
import org.ntk4j.core.io.UserCache;

/// Compiles CUDA C to cubins, machine code of one architecture, and keeps them on disk: by source,
/// architecture and compiler. May be used by many threads at once; needs no card.
public final class CubinCompiler {
  private static final long CACHE_BYTES_MAX = 256L << 20;

  /// `sm_90`, or `sm_90a` for what only this architecture has.
  private static final Pattern ARCHITECTURE = Pattern.compile("sm_(\\d+)[af]?");

  private final SourceCompiler compiler;
  private final FileCache cache;
  private final AtomicLong compiled = new AtomicLong();

  /// Guarded by the class.
  private static Optional<CubinCompiler> known = Optional.empty();

  /// @param cache where cubins are kept
  CubinCompiler(SourceCompiler compiler, FileCache cache) {
    this.compiler = compiler;
    this.cache = cache;
  }

  private static FileCache keptForUser() {
    Optional<Path> directory = UserCache.directory().map(d -> d.resolve("cubins"));
    return new FileCache(directory, ".cubin", CACHE_BYTES_MAX);
  }

  /// NVRTC. What was found is not looked for again.
  ///
  /// @throws CudaException if there is none, or one that is too old or too new
  public static synchronized CubinCompiler here() {
    if (known.isEmpty()) {
      known = Optional.of(new CubinCompiler(Nvrtc.open(), keptForUser()));
    }
    return known.get();
  }

  /// E.g. `13.1`.
  public String version() {
    return compiler.version();
  }

  /// The file that the compiler is in.
  public String place() {
    return compiler.place();
  }

  /// The cubin of a program.
  ///
  /// @param architecture e.g. `sm_90`
  /// @throws CudaException if the compiler does not know the architecture
  public byte[] compile(String source, String architecture) {
    checkKnown(architecture);
    List<String> options = List.of("--std=c++17", "--gpu-architecture=" + architecture);
    String key =
        String.join("\n", compiler.version(), compiler.place(), options.toString(), source);
    Optional<byte[]> kept = cache.read(key);
    if (kept.isPresent()) {
      return kept.get();
    }
    byte[] cubin = compiler.compile(source, options);
    compiled.incrementAndGet();
    cache.write(key, cubin);
    return cubin;
  }

  /// How many programs were compiled and not found on disk.
  public long compiled() {
    return compiled.get();
  }

  /// Checks that programs can be compiled for this architecture.
  ///
  /// @throws CudaException if not
  public void checkKnown(String architecture) {
    Matcher matcher = ARCHITECTURE.matcher(architecture);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no architecture; expected one like sm_90".formatted(architecture));
    }
    if (!compiler.architectures().contains(Integer.parseInt(matcher.group(1)))) {
      throw new CudaException(
          "NVRTC %s (%s) cannot compile for %s, only for %s; expected a CUDA toolkit that can."
              .formatted(compiler.version(), compiler.place(), architecture, knownArchitectures()));
    }
  }

  private String knownArchitectures() {
    return String.join(
        ", ", compiler.architectures().stream().map(number -> "sm_" + number).toList());
  }
}
