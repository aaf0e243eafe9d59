package org.ntk4j.ntk;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Memory that this process could still get: the least of what the machine, the control group and
/// the Java virtual machine's limit on memory off the heap leave.
final class FreeMemory {
  private static final Path GROUPS = Path.of("sys/fs/cgroup");

  private final Path root;

  /// @param root where `proc` and `sys` are
  FreeMemory(Path root) {
    this.root = root;
  }

  /// It takes up to 2 ms to find out, longer than a small kernel.
  private static final class Holder {
    static final Recent BYTES = new Recent(FreeMemory::now, 200_000_000, System::nanoTime);
  }

  /// What was free at most 0.2 s ago.
  static long bytes() {
    return Holder.BYTES.get();
  }

  private static long now() {
    return Math.min(new FreeMemory(Path.of("/")).ofMachine(), offHeap());
  }

  /// What the machine and the control group leave.
  long ofMachine() {
    long least =
        field(Path.of("proc/meminfo"), "MemAvailable:", 1024).orElseGet(FreeMemory::ofSystem);
    Path first = GROUPS.resolve("memory");
    least =
        Math.min(
            least,
            group(
                first.resolve("memory.limit_in_bytes"),
                first.resolve("memory.usage_in_bytes"),
                field(first.resolve("memory.stat"), "total_inactive_file", 1)));
    for (Path group : groups()) {
      least =
          Math.min(
              least,
              group(
                  group.resolve("memory.max"),
                  group.resolve("memory.current"),
                  field(group.resolve("memory.stat"), "inactive_file", 1)));
    }
    return least;
  }

  /// The directories of the control group of this process, and of those that it is in.
  private List<Path> groups() {
    List<Path> groups = new ArrayList<>(List.of(GROUPS));
    for (String line : lines(Path.of("proc/self/cgroup"))) {
      if (line.startsWith("0::/")) {
        for (Path name : Path.of(line.substring("0::/".length()))) {
          groups.add(groups.getLast().resolve(name));
        }
      }
    }
    return groups;
  }

  private static long ofSystem() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getFreeMemorySize();
  }

  /// What a control group leaves; file pages that can be dropped do not count as used.
  private long group(Path limit, Path used, OptionalLong droppable) {
    OptionalLong most = number(limit);
    OptionalLong now = number(used);
    return most.isEmpty() || now.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, most.getAsLong() - now.getAsLong() + droppable.orElse(0));
  }

  private OptionalLong number(Path file) {
    return lines(file).stream()
        .filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  private OptionalLong field(Path file, String name, long unit) {
    return lines(file).stream()
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
