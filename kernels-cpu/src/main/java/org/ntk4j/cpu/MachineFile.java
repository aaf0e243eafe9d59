package org.ntk4j.cpu;

import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.ntk4j.core.io.AtomicFile;

/// What was measured on this machine, kept as properties in the user's cache directory.
final class MachineFile {
  private static final System.Logger LOG = System.getLogger(MachineFile.class.getName());

  private static final String MACHINE = "machine";

  private final Optional<Path> file;
  private final String machine;

  /// @param directory empty for no cache
  /// @param name of the file
  /// @param version another one for each change of what is measured
  /// @param machine what it was measured on
  MachineFile(Optional<Path> directory, String name, String version, String machine) {
    this.file = directory.map(d -> d.resolve(name));
    this.machine = version + " " + machine;
  }

  /// Whether others use this machine now, so that what is measured is not worth keeping.
  static boolean isBusy() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system.getSystemLoadAverage() > 1.5 * system.getAvailableProcessors();
  }

  /// Whether there is a place to keep anything.
  boolean isKept() {
    return file.isPresent();
  }

  /// What is kept of this machine; empty too if it is damaged.
  ///
  /// @param parse throws an [IllegalArgumentException] if it is not what it should be
  <T> Optional<T> read(Function<Properties, T> parse) {
    if (file.isEmpty() || !Files.isReadable(file.get())) {
      return Optional.empty();
    }
    Properties p = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get())) {
      p.load(reader);
      return machine.equals(p.getProperty(MACHINE))
          ? Optional.of(parse.apply(p))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      failed("read", e);
      return Optional.empty();
    }
  }

  private void failed(String what, Exception e) {
    LOG.log(System.Logger.Level.DEBUG, "{0} cannot be {1}: {2}", file, what, e);
  }

  /// Keeps `p`, adding the machine to it.
  void write(Properties p) {
    if (file.isEmpty()) {
      return;
    }
    p.setProperty(MACHINE, machine);
    try {
      Path target = file.get();
      Files.createDirectories(target.getParent());
      AtomicFile.write(
          target,
          out ->
              p.store(out, "Measured on this machine by ntk4j; remove the file to measure anew"));
    } catch (IOException e) {
      failed("written", e);
    }
  }
}
