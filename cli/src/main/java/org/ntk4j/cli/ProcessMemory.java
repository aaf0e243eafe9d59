package org.ntk4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// How much memory this process takes at most from now on, as the operating system counts it.
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private final OptionalLong before;

  private ProcessMemory(OptionalLong before) {
    this.before = before;
  }

  /// Starts to measure: forgets the peak so far.
  static ProcessMemory start() {
    try {
      if (Files.isWritable(RESET)) {
        Files.writeString(RESET, "5");
      }
    } catch (IOException refused) {
      // Then the peak is that of the whole process.
    }
    return new ProcessMemory(field("VmRSS:"));
  }

  /// What the process took at the peak beyond what it had at the start; absent where the operating
  /// system does not tell.
  OptionalLong addedBytes() {
    OptionalLong peak = field("VmHWM:");
    return before.isPresent() && peak.isPresent()
        ? OptionalLong.of(Math.max(0, peak.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }

  private static OptionalLong field(String name) {
    try {
      return Files.isReadable(STATUS)
          ? Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(name))
              .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
          : OptionalLong.empty();
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
  }
}
