package org.ntk4j.cpu;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/// What was measured on this machine, kept as properties in the user's cache directory.
final class MachineFile {
  private static final System.Logger LOG = System.getLogger(MachineFile.class.getName());

  private static final String MACHINE = "machine";

  private final Optional<Path> file;
  private final String machine;

  /// @param file empty for no cache
  /// @param machine what it was measured on, and by which version
  MachineFile(Optional<Path> file, String machine) {
    this.file = file;
    this.machine = machine;
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

  /// What is kept of this machine.
  Optional<Properties> read() {
    if (file.isEmpty() || !Files.isReadable(file.get())) {
      return Optional.empty();
    }
    Properties p = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get())) {
      p.load(reader);
      return machine.equals(p.getProperty(MACHINE)) ? Optional.of(p) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      failed("read", e);
      return Optional.empty();
    }
  }

  void failed(String what, Exception e) {
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
      Path unfinished = Files.createTempFile(target.getParent(), "machine", ".tmp");
      try (Writer writer = Files.newBufferedWriter(unfinished)) {
        p.store(writer, "Measured on this machine by ntk4j; remove the file to measure anew");
      }
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      failed("written", e);
    }
  }
}
