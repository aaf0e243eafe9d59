package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.io.Npy;
import org.ntk4j.cuda.CudaDevices;

class DeviceOptionsTest {
  @TempDir private Path directory;
  private Path model = Path.of("");
  private Path x = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void files() throws IOException {
    model = CommandLineRun.resource(directory, "mlp.onnx");
    x = CommandLineRun.resource(directory, "mlp-x1.npy");
    out = directory.resolve("k.npy");
  }

  private CommandLineRun kernel(Object... options) {
    Stream<Object> start = Stream.of("kernel", model, "--x1", x, "--out", out, "--force");
    return CommandLineRun.of(Stream.concat(start, Arrays.stream(options)).toArray());
  }

  @Test
  void the_processor_can_be_asked_for() throws IOException {
    kernel().succeeded();
    double usual = Npy.read(out).getDouble(0);
    String json = kernel("--device", "cpu", "--json").succeeded();
    assertTrue(json.contains("\"device\":\"cpu\""), json);
    assertEquals(usual, Npy.read(out).getDouble(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:1:2", "CUDA", "cpu:0", ""})
  void other_devices_are_refused(String device) {
    kernel("--device", device)
        .refused(
            "Invalid value for option '--device': '%s' is none of cpu, cuda, cuda:N"
                .formatted(device));
  }

  @Test
  void a_number_of_threads_is_at_least_one() {
    kernel("--threads", "0").refused("--threads 0; expected 1 to 9999");
    kernel("--threads", "10000").refused("--threads 10000; expected 1 to 9999");
  }

  @Test
  void precisions_are_those_of_a_card() {
    kernel("--device", "cpu", "--precision", "tf32")
        .refused("--precision is for cards; expected --device cuda with it");
    kernel("--device", "cuda", "--precision", "half")
        .refused(
            "Invalid value for option '--precision': 'half' is no precision; expected one of"
                + " float32, tf32, tf32x3, bf16, float64");
  }

  @Test
  void without_a_card_every_command_says_why_in_one_line() {
    CudaDevices devices = CudaDevices.here();
    assumeTrue(devices.cards().isEmpty(), "this machine has a card");
    String problem = "--device cuda:0: it cannot be used: " + devices.problem().orElseThrow();
    kernel("--device", "cuda").failed(problem);
    CommandLineRun.of("run", model, "--x", x, "--out", out, "--device", "cuda").failed(problem);
    CommandLineRun.of("explain", model, "--x1", x, "--device", "cuda:0").failed(problem);
    CommandLineRun.of("explain", model, "--x1", x, "--device", "cuda", "--measure").failed(problem);
    CommandLineRun.of("check", model, "--x", x, "--device", "cuda").failed(problem);
    CommandLineRun.of("demo", "--out", directory, "--device", "cuda").failed(problem);
    CommandLineRun.of("bench", "--out", directory, "--device", "cuda").failed(problem);
  }

  @Test
  void devices_shows_the_cards_or_says_why_there_are_none() {
    CudaDevices devices = CudaDevices.here();
    String said = CommandLineRun.of("devices").succeeded();
    String expected =
        devices.problem().map(problem -> "not available: " + problem).orElse("available");
    assertTrue(said.contains("\ncuda  " + expected + "\n"), said);
    devices.cards().forEach(card -> assertTrue(said.contains(card.name()), said));
  }
}
