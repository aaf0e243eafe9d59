package org.ntk4j.cli.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// A process that is waited for.
final class ChildProcess {
  /// What shells add to the number of the signal that ended a process.
  private static final int SIGNALLED = 128;

  private static final int KILL = 9;

  /// The limit in kB, then the command. A system that is short of memory takes it from this process
  /// first.
  private static final String LIMITED =
      "ulimit -v \"$1\" 2>/dev/null; shift;"
          + " { echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$@\"";

  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "out of memory",
          "resource_exhausted",
          "bad_alloc",
          "memoryerror",
          "cannot allocate memory",
          "can't allocate memory",
          "unable to allocate",
          "outofmemoryerror");

  private ChildProcess() {}

  /// Runs a command to its end, with what it prints in `log`.
  ///
  /// @param timeout after which it is stopped
  /// @param addressBytes how much address space it may have
  /// @return why it failed, if it did
  static Optional<String> run(
      List<String> command, Path log, Duration timeout, OptionalLong addressBytes)
      throws IOException {
    List<String> limited = new ArrayList<>();
    if (addressBytes.isPresent()) {
      String kilobytes = Long.toString(addressBytes.getAsLong() / 1024);
      limited.addAll(List.of("/bin/sh", "-c", LIMITED, "sh", kilobytes));
    }
    limited.addAll(command);
    Process process =
        new ProcessBuilder(limited).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try (var _ = new Stop(process)) {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.of("no end in " + timeout.toSeconds() + " s");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + command.getFirst() + " ran");
    }
    return process.exitValue() == 0
        ? Optional.empty()
        : Optional.of(reason(process.exitValue(), log));
  }

  /// Leaves no process behind.
  private record Stop(Process process) implements AutoCloseable {
    @Override
    public void close() {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static String reason(int status, Path log) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    String lower = text.toLowerCase(Locale.ROOT);
    if (OUT_OF_MEMORY.stream().anyMatch(lower::contains) || status == SIGNALLED + KILL) {
      return "out of memory";
    }
    if (status > SIGNALLED) {
      return "crashed (signal " + (status - SIGNALLED) + ")";
    }
    String last = text.lines().map(String::strip).filter(l -> !l.isEmpty()).reduce("", (_, l) -> l);
    return "failed (status %d): %s".formatted(status, last);
  }
}
