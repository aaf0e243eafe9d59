package org.ntk4j.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What the system tells of itself; on systems other than Linux, less.
final class Machine {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final Path LOAD = Path.of("/proc/loadavg");

  private Machine() {}

  /// The most memory this process has had resident.
  static OptionalLong peakBytes() {
    return kilobytes(STATUS, "VmHWM");
  }

  /// Memory that can be had without taking it from others.
  static OptionalLong availableBytes() {
    return kilobytes(MEMORY, "MemAvailable");
  }

  /// All memory.
  static OptionalLong totalBytes() {
    return kilobytes(MEMORY, "MemTotal");
  }

  /// Processes that ran or wanted to, on average over the last minute.
  static OptionalDouble load() {
    return lines(LOAD).stream()
        .mapToDouble(line -> Double.parseDouble(line.split(" ", 2)[0]))
        .findFirst();
  }

  /// E.g. `AMD EPYC, 2 threads, 25.3 GB, Linux amd64`.
  static String description() {
    String model = field(PROCESSORS, "model name").orElse("unknown processor");
    String memory = totalBytes().isPresent() ? Texts.bytes(totalBytes().getAsLong()) + ", " : "";
    return "%s, %d threads, %s%s %s"
        .formatted(
            model,
            Runtime.getRuntime().availableProcessors(),
            memory,
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
  }

  private static OptionalLong kilobytes(Path file, String name) {
    return field(file, name).stream()
        .mapToLong(text -> 1024 * Long.parseLong(text.replaceAll("\\D", "")))
        .findFirst();
  }

  private static Optional<String> field(Path file, String name) {
    return lines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  /// The lines of a file of the system; none where there is no such file.
  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException _) {
      return List.of(); // A file of the system that does not tell is as good as none.
    }
  }
}
