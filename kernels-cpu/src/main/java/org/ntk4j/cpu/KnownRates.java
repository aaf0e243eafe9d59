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
import org.ntk4j.core.io.UserCache;
import org.ntk4j.ir.schedule.Rates;

/// The rates of this machine, measured once and kept in the user's cache directory.
final class KnownRates {
  private static final System.Logger LOG = System.getLogger(KnownRates.class.getName());

  /// Another number for each change of what is measured.
  private static final String VERSION = "2";

  private final Optional<Path> file;
  private final String machine;

  /// @param directory empty for no cache
  /// @param machine what the rates are of
  KnownRates(Optional<Path> directory, String machine) {
    this.file = directory.map(d -> d.resolve("rates.properties"));
    this.machine = VERSION + " " + machine;
  }

  /// Those of this machine's processor with `threads` threads.
  static KnownRates here(int threads) {
    Processor processor = Processor.here();
    String machine =
        "%s %s %d threads"
            .formatted(processor.name().orElse("?"), processor.instructions(), threads);
    return new KnownRates(UserCache.directory(), machine);
  }

  /// The rates that are known, else those that are measured now and kept.
  Rates of(CpuCompiler compiler) {
    Optional<Rates> known = read();
    if (known.isPresent()) {
      return known.get();
    }
    Rates measured = Calibration.measure(compiler);
    if (!isBusy()) {
      write(measured);
    }
    return measured;
  }

  /// Whether others use this machine now, so that what is measured is not worth keeping.
  private static boolean isBusy() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system.getSystemLoadAverage() > 1.5 * system.getAvailableProcessors();
  }

  private Optional<Rates> read() {
    if (file.isEmpty() || !Files.isReadable(file.get())) {
      return Optional.empty();
    }
    Properties p = new Properties();
    try (Reader reader = Files.newBufferedReader(file.get())) {
      p.load(reader);
      return machine.equals(p.getProperty("machine")) ? Optional.of(rates(p)) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "the rates kept in {0} cannot be read: {1}", file, e);
      return Optional.empty();
    }
  }

  private static Rates rates(Properties p) {
    return new Rates(
        number(p, "product"),
        number(p, "productF64"),
        number(p, "thin"),
        number(p, "convolution"),
        number(p, "operations"),
        number(p, "bytes"),
        number(p, "step"));
  }

  private static double number(Properties p, String name) {
    return Double.parseDouble(p.getProperty(name, "0"));
  }

  private void write(Rates r) {
    if (file.isEmpty()) {
      return;
    }
    Properties p = new Properties();
    p.setProperty("machine", machine);
    p.setProperty("product", Double.toString(r.product()));
    p.setProperty("productF64", Double.toString(r.productF64()));
    p.setProperty("thin", Double.toString(r.thin()));
    p.setProperty("convolution", Double.toString(r.convolution()));
    p.setProperty("operations", Double.toString(r.operations()));
    p.setProperty("bytes", Double.toString(r.bytes()));
    p.setProperty("step", Double.toString(r.step()));
    try {
      Path target = file.get();
      Files.createDirectories(target.getParent());
      Path unfinished = Files.createTempFile(target.getParent(), "rates", ".tmp");
      try (Writer writer = Files.newBufferedWriter(unfinished)) {
        p.store(
            writer, "Rates of this machine, measured by ntk4j; remove the file to measure anew");
      }
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the rates cannot be kept: {0}", e);
    }
  }
}
