package org.ntk4j.cpu;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.ntk4j.core.io.UserCache;
import org.ntk4j.ir.schedule.Rates;

/// The rates of this machine, measured once and kept in the user's cache directory.
final class KnownRates {
  /// Another number for each change of what is measured.
  private static final String VERSION = "4";

  private final MachineFile file;

  /// @param directory empty for no cache
  /// @param machine what the rates are of
  KnownRates(Optional<Path> directory, String machine) {
    this.file = new MachineFile(directory, "rates.properties", VERSION, machine);
  }

  /// Those of this machine's processor with `threads` threads.
  static KnownRates here(int threads) {
    return new KnownRates(
        UserCache.directory(), "%s %d threads".formatted(Processor.here().description(), threads));
  }

  /// The rates that are known, else those that are measured now and kept.
  Rates of(CpuCompiler compiler) {
    return file.read(KnownRates::parse).orElseGet(() -> measured(compiler));
  }

  private Rates measured(CpuCompiler compiler) {
    Rates measured = Calibration.measure(compiler);
    if (!MachineFile.isBusy()) {
      file.write(properties(measured));
    }
    return measured;
  }

  private static Rates parse(Properties p) {
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

  private static Properties properties(Rates r) {
    Properties p = new Properties();
    p.setProperty("product", Double.toString(r.product()));
    p.setProperty("productF64", Double.toString(r.productF64()));
    p.setProperty("thin", Double.toString(r.thin()));
    p.setProperty("convolution", Double.toString(r.convolution()));
    p.setProperty("operations", Double.toString(r.operations()));
    p.setProperty("bytes", Double.toString(r.bytes()));
    p.setProperty("step", Double.toString(r.step()));
    return p;
  }
}
