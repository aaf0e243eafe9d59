package org.ntk4j.cuda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.ntk4j.cuda.driver.CubinCompiler;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.CudaLibraries;

/// NVRTC for tests that compile: that of this machine, or, fetched once into `target/nvrtc` where
/// there is Python's `pip`, NVIDIA's wheel. It needs no card.
public final class NvrtcForTests {
  private static final String WHEEL = "nvidia-cuda-nvrtc==13.1.115";
  private static final int SECONDS_MAX = 300;

  private NvrtcForTests() {}

  private static final class Holder {
    static final Found FOUND = find();
  }

  /// @param problem why there is none
  private record Found(Optional<CubinCompiler> compiler, String problem) {}

  /// The compiler; a test is skipped where it cannot be had.
  public static CubinCompiler require() {
    Found found = Holder.FOUND;
    Assumptions.assumeTrue(found.compiler().isPresent(), found.problem());
    return found.compiler().orElseThrow();
  }

  private static Found find() {
    try {
      return new Found(Optional.of(CubinCompiler.here()), "");
    } catch (CudaException e) {
      return fetched(String.valueOf(e.getMessage()));
    }
  }

  private static Found fetched(String missing) {
    Path directory = target().resolve("nvrtc");
    if (!System.getProperty("os.name").equals("Linux")) {
      return new Found(Optional.empty(), missing);
    }
    try {
      if (!hasLibrary(directory)) {
        fetch(directory);
      }
      String before = System.getProperty(CudaLibraries.PROPERTY, "");
      System.setProperty(CudaLibraries.PROPERTY, before + File.pathSeparator + directory);
      return new Found(Optional.of(CubinCompiler.here()), "");
    } catch (IOException | CudaException e) {
      return new Found(
          Optional.empty(), missing + " It cannot be fetched either: " + e.getMessage());
    }
  }

  private static boolean hasLibrary(Path directory) {
    return Files.exists(directory.resolve("libnvrtc.so.13"));
  }

  /// `target` of this module, wherever it was compiled to.
  private static Path target() {
    try {
      Path classes =
          Path.of(NvrtcForTests.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Optional.ofNullable(classes.getParent()).orElse(classes);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fetch(Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    Path fresh = Files.createTempDirectory(directory.getParent(), "fetching");
    Path log = fresh.resolve("log");
    List<String> pip = List.of("python3", "-m", "pip", "download", "--no-deps", "--quiet");
    List<String> options = List.of("--only-binary=:all:", "--retries=1", "--timeout=15");
    List<String> what = List.of("--dest", fresh.toString(), WHEEL);
    Process process =
        new ProcessBuilder(Stream.of(pip, options, what).flatMap(List::stream).toList())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("pip: " + Files.readString(log).strip());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    unpack(fresh);
    if (!hasLibrary(directory)) {
      Files.move(fresh, directory);
    }
  }

  /// Puts the wheel's libraries beside the wheel.
  private static void unpack(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Path wheel =
          files
              .filter(f -> f.toString().endsWith(".whl"))
              .findFirst()
              .orElseThrow(() -> new IOException("pip has brought no wheel"));
      try (ZipFile zip = new ZipFile(wheel.toFile())) {
        for (ZipEntry entry : zip.stream().filter(e -> e.getName().contains("/lib/")).toList()) {
          if (!entry.isDirectory()) {
            try (InputStream in = zip.getInputStream(entry)) {
              Files.copy(in, directory.resolve(Path.of(entry.getName()).getFileName()));
            }
          }
        }
      }
      Files.delete(wheel);
    }
  }
}
