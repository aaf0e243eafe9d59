package org.ntk4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir private Path directory;

  @Test
  void a_small_network_is_timed_in_processes_of_their_own() throws IOException {
    Path out = directory.resolve("results");
    String text =
        CommandLineRun.of(
                "bench",
                "--network",
                "small",
                "--quick",
                "--implementation",
                "jacobian-contraction",
                "--out",
                out)
            .succeeded();
    assertTrue(text.contains("ntk4j alone; --peers runs other libraries beside it."), text);
    assertTrue(text.contains("ntk4j jacobian-contraction"), text);
    for (String file : List.of("bench.json", "bench.md", "bench.png")) {
      assertTrue(Files.size(out.resolve(file)) > 100, file);
    }
    String json = Files.readString(out.resolve("bench.json"));
    List<Double> differences = numbers(json, "difference");
    assertEquals(2, differences.size(), json);
    differences.forEach(d -> assertTrue(d > 0 && d < 1e-5, json));
    for (String name : List.of("wholeMedian", "first", "warmMedian", "operations")) {
      assertEquals(2, numbers(json, name).size(), json);
      numbers(json, name).forEach(value -> assertTrue(value > 0, json));
    }
  }

  private static List<Double> numbers(String json, String name) {
    return Pattern.compile("\"" + name + "\":([-+.\\dE]+)")
        .matcher(json)
        .results()
        .map(r -> Double.parseDouble(r.group(1)))
        .toList();
  }

  @Test
  void peers_that_cannot_be_installed_are_left_out_and_the_reason_is_told() throws IOException {
    Path home = Files.writeString(directory.resolve("file"), "in the way");
    String text =
        CommandLineRun.of(
                "bench",
                "--network",
                "small",
                "--quick",
                "--peers",
                "--peers-home",
                home.resolve("peers"),
                "--out",
                directory.resolve("out"))
            .succeeded();
    Matcher alone = Pattern.compile("ntk4j alone: the peers cannot be installed: ").matcher(text);
    assertTrue(alone.find(), text);
  }

  @Test
  void an_unknown_network_is_refused_and_the_known_ones_are_listed() {
    CommandLineRun run = CommandLineRun.of("bench", "--network", "lenet");
    assertEquals(2, run.status());
    assertTrue(
        run.err().startsWith("ntk: --network 'lenet' is not known; expected one of fcn, "),
        run::err);
  }

  @Test
  void an_unknown_peer_is_refused_and_the_known_ones_are_listed() {
    CommandLineRun.of("bench", "--peer", "tensorflow")
        .refused(
            "--peer 'tensorflow' is not known; expected one of neural-tangents-1,"
                + " neural-tangents-2, neural-tangents-3, torch.func");
  }

  @Test
  void limits_of_peers_are_positive() {
    CommandLineRun.of("bench", "--peer-timeout", "0")
        .refused("--peer-timeout is 0; expected 1 or more");
    CommandLineRun.of("bench", "--peer-memory", "0")
        .refused("--peer-memory is 0; expected 1 or more");
  }

  @Test
  void a_file_is_no_directory_for_results() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "text");
    CommandLineRun.of("bench", "--out", file)
        .refused("--out '" + file + "' is a file; expected a directory, or a new one");
  }
}
