package org.ntk4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir private Path directory;

  private Optional<String> run(String script, Duration timeout, OptionalLong bytes)
      throws IOException {
    List<String> command = List.of("/bin/sh", "-c", script);
    return ChildProcess.run(command, directory.resolve("log"), timeout, bytes);
  }

  private String failure(String script) throws IOException {
    return run(script, Duration.ofMinutes(1), OptionalLong.empty()).orElseThrow();
  }

  @Test
  void a_process_that_does_what_was_asked_has_no_failure() throws IOException {
    assertEquals(
        Optional.empty(), run("exit 0", Duration.ofMinutes(1), OptionalLong.of(4_000_000_000L)));
  }

  @Test
  void a_process_that_fails_is_known_by_its_last_line() throws IOException {
    assertEquals("failed (status 3): second", failure("echo first; echo second >&2; exit 3"));
  }

  @Test
  void a_process_that_crashes_is_known_by_its_signal() throws IOException {
    assertEquals("crashed (signal 11)", failure("kill -11 $$"));
  }

  @Test
  void a_process_without_memory_is_told_by_what_it_says_or_by_who_ended_it() throws IOException {
    assertEquals("out of memory", failure("echo 'std::bad_alloc'; kill -6 $$"));
    assertEquals("out of memory", failure("echo 'RESOURCE_EXHAUSTED: 33 GB'; exit 1"));
    assertEquals("out of memory", failure("kill -9 $$"));
  }

  @Test
  void a_process_that_does_not_end_is_stopped() throws IOException {
    long start = System.nanoTime();
    assertEquals(
        Optional.of("no end in 1 s"), run("sleep 60", Duration.ofSeconds(1), OptionalLong.empty()));
    assertTrue(System.nanoTime() - start < 30e9);
  }

  @Test
  void address_space_is_limited() throws IOException {
    String limit = "test \"$(ulimit -v)\" = 1000000 || exit 7";
    assertEquals(
        Optional.empty(), run(limit, Duration.ofMinutes(1), OptionalLong.of(1_024_000_000L)));
  }
}
