package org.ntk4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.core.io.FileCache;

class CubinCompilerTest {
  private static final String SOURCE = "extern \"C\" __global__ void f() {}";

  @TempDir private Path directory;

  /// Its cubins are the sources and the options.
  private record Echo(String version, String place) implements SourceCompiler {
    @Override
    public SortedSet<Integer> architectures() {
      return new TreeSet<>(List.of(75, 90, 121));
    }

    @Override
    public byte[] compile(String source, List<String> options) {
      return (version + place + options + source).getBytes(StandardCharsets.UTF_8);
    }
  }

  private CubinCompiler compiler(String version, String place) {
    FileCache cache = new FileCache(Optional.of(directory), ".cubin", 1 << 20);
    return new CubinCompiler(new Echo(version, place), cache);
  }

  private CubinCompiler compiler() {
    return compiler("13.1", "/lib");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void what_is_on_disk_is_not_compiled_again() {
    CubinCompiler first = compiler();
    byte[] cubin = first.compile(SOURCE, "sm_90");
    first.compile(SOURCE, "sm_90");
    assertEquals(1, first.compiled());
    CubinCompiler second = compiler();
    assertArrayEquals(cubin, second.compile(SOURCE, "sm_90"));
    assertEquals(0, second.compiled());
  }

  @Test
  void source_architecture_and_compiler_tell_cubins_apart() throws IOException {
    compiler().compile(SOURCE, "sm_90");
    compiler().compile(SOURCE, "sm_90a");
    compiler().compile(SOURCE, "sm_75");
    compiler().compile(SOURCE + "//", "sm_90");
    compiler("13.2", "/lib").compile(SOURCE, "sm_90");
    compiler("13.1", "/other").compile(SOURCE, "sm_90");
    assertEquals(6, files().size());
  }

  @Test
  void a_damaged_file_is_compiled_again() throws IOException {
    byte[] cubin = compiler().compile(SOURCE, "sm_90");
    Files.write(files().getFirst(), new byte[100]);
    CubinCompiler again = compiler();
    assertArrayEquals(cubin, again.compile(SOURCE, "sm_90"));
    assertEquals(1, again.compiled());
    assertArrayEquals(cubin, compiler().compile(SOURCE, "sm_90"));
  }

  @Test
  void an_architecture_that_the_compiler_does_not_know_is_one_clear_error() {
    CudaException e = assertThrows(CudaException.class, () -> compiler().compile(SOURCE, "sm_130"));
    assertEquals(
        "NVRTC 13.1 (/lib) cannot compile for sm_130, only for sm_75, sm_90, sm_121; expected a"
            + " CUDA toolkit that can.",
        e.getMessage());
  }

  @Test
  void what_is_no_architecture_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> compiler().compile(SOURCE, "compute_90"));
  }
}
