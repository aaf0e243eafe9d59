package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.cli.Main;
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.cuda.driver.CudaLibraries;

/// What `ntk devices` says on machines whose driver or compiler will not do: libraries of a few
/// lines, each in a process of its own.
@Tag("standin")
class CudaDetectionTest {
  private static final String NO_CARD =
      """
      extern "C" int cuInit(unsigned) { return 100; }
      extern "C" int cuGetErrorName(int, const char** name) {
        *name = "CUDA_ERROR_NO_DEVICE";
        return 0;
      }
      """;

  private static final String OLD =
      """
      extern "C" int cuInit(unsigned) { return 0; }
      extern "C" int cuDriverGetVersion(int* version) { *version = 12040; return 0; }
      """;

  private static final String OLD_COMPILER =
      """
      extern "C" int nvrtcVersion(int* major, int* minor) { *major = 12; *minor = 4; return 0; }
      """;

  /// Prints why there is no card.
  static final class Devices {
    private Devices() {}

    static void main() {
      System.out.println(CudaDevices.here().problem());
    }
  }

  @TempDir private Path directory;
  private Path standIn = Path.of("");

  @BeforeEach
  void find() {
    StandIn.require();
    standIn = Path.of(System.getProperty(CudaLibraries.PROPERTY));
  }

  private void library(String name, String source) throws IOException, InterruptedException {
    Path file = directory.resolve(name + ".cpp");
    Files.writeString(file, source);
    String compiler = System.getenv().getOrDefault("CXX", "g++");
    List<String> command = new ArrayList<>(List.of(compiler, "-shared", "-fPIC", "-o"));
    Collections.addAll(command, directory.resolve(name).toString(), file.toString());
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private String devices(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("devices"));
    Collections.addAll(all, arguments);
    return run(List.of("--enable-native-access=ALL-UNNAMED"), Main.class, all);
  }

  private String run(List<String> options, Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-D" + CudaLibraries.PROPERTY + "=" + directory);
    command.addAll(options);
    Collections.addAll(command, "-cp", System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    File log = directory.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    int status = process.waitFor();
    String said = Files.readString(log.toPath(), StandardCharsets.UTF_8);
    assertEquals(0, status, said);
    return said;
  }

  private static void assertSays(String expected, String said) {
    assertTrue(said.contains(expected), said);
  }

  @Test
  void a_driver_without_a_card() throws IOException, InterruptedException {
    library("libcuda.so.1", NO_CARD);
    assertSays(
        "\ncuda  not available: the NVIDIA driver finds no card (CUDA_ERROR_NO_DEVICE)\n",
        devices());
  }

  @Test
  void a_driver_that_is_too_old() throws IOException, InterruptedException {
    library("libcuda.so.1", OLD);
    assertSays(
        "\ncuda  not available: the NVIDIA driver supports CUDA 12.4; expected 13.0 or later\n",
        devices());
  }

  @Test
  void a_driver_that_lacks_a_function() throws IOException, InterruptedException {
    library("libcuda.so.1", "extern \"C\" int cuInit(unsigned) { return 0; }");
    assertSays("has no function cuDriverGetVersion", devices());
  }

  @Test
  void a_process_that_may_not_call_native_code() throws IOException, InterruptedException {
    String said = run(List.of("--illegal-native-access=deny"), Devices.class, List.of());
    assertSays("Optional[the NVIDIA driver cannot be asked: this Java process may not call", said);
  }

  @Test
  void a_compiler_that_is_too_old() throws IOException, InterruptedException {
    Files.copy(standIn.resolve("libcuda.so.1"), directory.resolve("libcuda.so.1"));
    library("libnvrtc.so.12", OLD_COMPILER);
    String said = devices();
    assumeTrue(!said.contains("NVRTC     13."), "this machine has an NVRTC that will do");
    assertSays("NVRTC 12.4 (" + directory.resolve("libnvrtc.so.12") + ") is not supported", said);
    assertSays("cuda:0    Stand-in", said);
    assertSays("\"available\":false,\"reason\":\"NVRTC 12.4", devices("--json"));
  }
}
