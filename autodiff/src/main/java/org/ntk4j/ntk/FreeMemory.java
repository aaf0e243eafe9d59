package org.ntk4j.ntk;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// Memory that this process could still get: the least of what the machine, the control group and
/// the Java virtual machine's limit on memory off the heap leave.
final class FreeMemory {
  private final Path root;

  /// @param root where `proc` and `sys` are
  FreeMemory(Path root) {
    this.root = root;
  }

  /// What is free now.
  static long bytes() {
    return Math.min(new FreeMemory(Path.of("/")).ofMachine(), offHeap());
  }

  /// What the machine and the control group leave.
  long ofMachine() {
    long machine = field("proc/meminfo", "MemAvailable:", 1024).orElseGet(FreeMemory::ofSystem);
    return LongStream.of(
            machine,
            group("memory.max", "memory.current", "memory.stat", "inactive_file"),
            group(
                "memory/memory.limit_in_bytes",
                "memory/memory.usage_in_bytes",
                "memory/memory.stat",
                "total_inactive_file"))
        .min()
        .orElse(machine);
  }

  private static long ofSystem() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getFreeMemorySize();
  }

  /// What a control group leaves; file pages that can be dropped do not count as used.
  private long group(String limit, String used, String statistics, String droppable) {
    Path groups = Path.of("sys/fs/cgroup");
    OptionalLong most = number(groups.resolve(limit));
    OptionalLong now = number(groups.resolve(used));
    if (most.isEmpty() || now.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long files = field(groups.resolve(statistics).toString(), droppable, 1).orElse(0);
    return Math.max(0, most.getAsLong() - now.getAsLong() + files);
  }

  private OptionalLong number(Path file) {
    return lines(file).stream()
        .filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private OptionalLong field(String file, String name, long unit) {
    return lines(Path.of(file)).stream()
        .map(line -> line.split("\\s+", -1))
        .filter(words -> words.length > 1 && words[0].equals(name))
        .mapToLong(words -> Long.parseLong(words[1]) * unit)
        .findFirst();
  }

  /// The lines of a file; none if it is not there, as on other systems.
  private List<String> lines(Path file) {
    Path path = root.resolve(file);
    try {
      return Files.isReadable(path) ? Files.readAllLines(path) : List.of();
    } catch (IOException gone) {
      return List.of();
    }
  }

  /// What `-XX:MaxDirectMemorySize` leaves; unset it is the largest size of the heap.
  private static long offHeap() {
    long set =
        Long.parseLong(
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue());
    long most = set == 0 ? Runtime.getRuntime().maxMemory() : set;
    long used =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return Math.max(0, most - used);
  }
}
