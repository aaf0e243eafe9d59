package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ntk4j.cli.Main;
import org.ntk4j.core.io.Npy;
import org.ntk4j.core.io.UserCache;
import org.ntk4j.cuda.CudaDevices;
import org.ntk4j.cuda.driver.CudaLibraries;

/// The tool on a card, each command in a process of its own.
@Tag("standin")
class CudaToolTest {
  private static final Pattern DIFFERENCE = Pattern.compile("\"difference\":([-+.0-9E]+)");

  @TempDir private Path directory;
  private Path network = Path.of("");

  /// What a command printed.
  private record Said(int status, String text) {}

  @BeforeEach
  void find() {
    StandIn.require();
    network = root().resolve("models/src/test/resources/onnx/networks/mlp");
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    return Files.exists(at.resolve("models")) ? at : at.getParent();
  }

  private Said ntk(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String property : List.of(CudaLibraries.PROPERTY, UserCache.PROPERTY)) {
      command.add("-D" + property + "=" + System.getProperty(property, ""));
    }
    Collections.addAll(command, "--enable-native-access=ALL-UNNAMED", "-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    File log = directory.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    int status = process.waitFor();
    return new Said(status, Files.readString(log.toPath(), StandardCharsets.UTF_8));
  }

  private Said kernel(String file, Object... options) throws IOException, InterruptedException {
    List<Object> all = new ArrayList<>(List.of("kernel", network.resolve("model.onnx")));
    Collections.addAll(all, "--x1", network.resolve("x1.npy"), "--out", directory.resolve(file));
    Collections.addAll(all, options);
    return ntk(all.toArray());
  }

  @Test
  void a_kernel_is_the_same_on_the_card() throws IOException, InterruptedException {
    Said processor = kernel("cpu.npy");
    assertEquals(0, processor.status(), processor.text());
    Said card = kernel("cuda.npy", "--device", "cuda", "--json");
    assertEquals(0, card.status(), card.text());
    assertTrue(
        card.text().contains("\"device\":\"cuda:0\",\"precision\":\"float32\""), card.text());
    assertArrayEquals(
        Npy.read(directory.resolve("cpu.npy")).toDoubles(),
        Npy.read(directory.resolve("cuda.npy")).toDoubles(),
        1e-8);
  }

  @Test
  void a_limit_of_memory_makes_tiles_on_the_card() throws IOException, InterruptedException {
    Said whole = kernel("whole.npy", "--device", "cuda", "--json");
    assertEquals(0, whole.status(), whole.text());
    assertFalse(whole.text().contains("\"tiles\":"), whole.text());
    Said tiled = kernel("tiled.npy", "--device", "cuda", "--memory", "6500", "--json");
    assertEquals(0, tiled.status(), tiled.text());
    assertTrue(tiled.text().contains("\"tiles\":{\"tiles\":"), tiled.text());
    assertTrue(tiled.text().contains("\"device\":\"cuda:0\""), tiled.text());
    assertArrayEquals(
        Npy.read(directory.resolve("whole.npy")).toDoubles(),
        Npy.read(directory.resolve("tiled.npy")).toDoubles(),
        1e-8);
  }

  @Test
  void precision_and_accuracy_are_recorded() throws IOException, InterruptedException {
    for (String precision : List.of("tf32", "float32")) {
      Said said =
          kernel(
              precision + ".npy",
              "--device",
              "cuda",
              "--dtype",
              "f32",
              "--precision",
              precision,
              "--accuracy",
              "3",
              "--json");
      assertEquals(0, said.status(), said.text());
      assertTrue(said.text().contains("\"precision\":\"" + precision + "\""), said.text());
      Matcher difference = DIFFERENCE.matcher(said.text());
      assertTrue(difference.find(), said.text());
      double found = Double.parseDouble(difference.group(1));
      assertTrue(found > 0 && found < 2e-3, said.text());
    }
  }

  @Test
  void every_implementation_agrees_with_brute_force() throws IOException, InterruptedException {
    Path model = network.resolve("model.onnx");
    Said said = ntk("check", model, "--x", network.resolve("x1.npy"), "--device", "cuda:0");
    assertEquals(0, said.status(), said.text());
    assertTrue(said.text().contains("all agree"), said.text());
  }

  @Test
  void steps_are_timed_on_the_card() throws IOException, InterruptedException {
    Path model = network.resolve("model.onnx");
    Path x = network.resolve("x1.npy");
    Said said = ntk("explain", model, "--x1", x, "--device", "cuda", "--measure");
    assertEquals(0, said.status(), said.text());
    List<String> lines = said.text().lines().toList();
    int terms = lines.indexOf("measured ms  predicted  steps  for the contribution of");
    assertTrue(lines.get(terms + 1).matches(" +[0-9.]+ +[0-9.]+ +[1-9][0-9]*  .+"), said.text());
    assertTrue(lines.stream().anyMatch(l -> l.endsWith("  several parameters")), said.text());
    assertTrue(lines.getLast().endsWith("  all"), said.text());
  }

  @Test
  void the_cards_are_shown_and_others_refused() throws IOException, InterruptedException {
    Said devices = ntk("devices");
    assertEquals(0, devices.status(), devices.text());
    assertTrue(devices.text().contains("\ncuda  available\n"), devices.text());
    assertTrue(devices.text().contains("cuda:0    Stand-in"), devices.text());
    int count = CudaDevices.here().cards().size();
    Said other = kernel("k.npy", "--device", "cuda:" + count);
    assertEquals(2, other.status(), other.text());
    assertTrue(
        other.text().startsWith("ntk: --device cuda:" + count + ": there is no such card"),
        other.text());
  }

  @Test
  void without_the_presets_there_is_no_card_and_the_reason_is_told()
      throws IOException, InterruptedException {
    String all = System.getProperty("java.class.path");
    String presets = File.separator + "org" + File.separator + "bytedeco" + File.separator + "cuda";
    List<String> rest =
        Stream.of(all.split(File.pathSeparator, -1)).filter(p -> !p.contains(presets)).toList();
    System.setProperty("java.class.path", String.join(File.pathSeparator, rest));
    try {
      Said devices = ntk("devices");
      assertEquals(0, devices.status(), devices.text());
      assertTrue(
          devices
              .text()
              .contains(
                  "\ncuda  not available: JavaCPP's presets for CUDA are not on the class path"),
          devices.text());
      Said said = kernel("k.npy", "--device", "cuda");
      assertEquals(1, said.status(), said.text());
      assertTrue(said.text().contains("presets for CUDA are not on the class path"), said.text());
      assertEquals(0, kernel("k.npy").status());
    } finally {
      System.setProperty("java.class.path", all);
    }
  }

  @Test
  void without_a_compiler_the_reason_is_told() throws IOException, InterruptedException {
    Path alone = Files.createDirectory(directory.resolve("driver"));
    Path libraries = Path.of(System.getProperty(CudaLibraries.PROPERTY));
    Files.copy(libraries.resolve("libcuda.so.1"), alone.resolve("libcuda.so.1"));
    String before = System.setProperty(CudaLibraries.PROPERTY, alone.toString());
    try {
      Said said = kernel("k.npy", "--device", "cuda");
      if (said.status() != 0) { // Else this machine has NVRTC itself.
        assertEquals(1, said.status(), said.text());
        assertTrue(said.text().contains("NVRTC, the compiler of the CUDA toolkit, was not found"));
        assertEquals(1, said.text().lines().count(), said.text());
      }
    } finally {
      System.setProperty(CudaLibraries.PROPERTY, before);
    }
  }
}
