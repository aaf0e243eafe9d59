package org.ntk4j.cpu;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.ntk4j.core.DType;
import org.ntk4j.core.io.UserCache;
import org.ntk4j.cpu.dot.CompiledDot;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.library.Multiplier;
import org.ntk4j.cpu.library.MultiplierTrials;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.OwnKernels;
import org.ntk4j.cpu.library.ProductClass;
import org.ntk4j.cpu.panel.CompiledPanels;

/// Who multiplies which matrices of a dtype on this machine, measured when the first such product
/// is prepared, and kept in the user's cache directory: another choice changes the last bits of
/// results, so it is made only where it lasts.
final class KnownMultipliers {
  /// Another number for each change of what is measured.
  private static final String VERSION = "3";

  private static final OwnKernels OWN = new OwnKernels(CompiledDot::of, CompiledPanels::of);

  private final DType dtype;
  private final MachineFile file;

  /// @param directory empty for no cache
  /// @param machine what was measured
  KnownMultipliers(Optional<Path> directory, DType dtype, String machine) {
    this.dtype = dtype;
    this.file = new MachineFile(directory, "products-" + dtype + ".properties", VERSION, machine);
  }

  private static final class Single {
    static final Multipliers MULTIPLIERS = known(DType.F32);
  }

  private static final class Wide {
    static final Multipliers MULTIPLIERS = known(DType.F64);
  }

  private static Multipliers known(DType dtype) {
    String compiler = Jit.find().map(jit -> ", LLVM " + jit.description()).orElse("");
    return new KnownMultipliers(
            UserCache.directory(), dtype, Processor.here().description() + compiler)
        .of(() -> MultiplierTrials.measure(dtype, OWN), MachineFile.isBusy());
  }

  /// Those of this machine for products of `dtype`; measured or read at the first call.
  static Multipliers here(DType dtype) {
    return dtype == DType.F64 ? Wide.MULTIPLIERS : Single.MULTIPLIERS;
  }

  /// The usual ones.
  static Multipliers usual() {
    return with(Map.of());
  }

  /// Those that are kept; else those that are measured now, if they are worth keeping; else the
  /// usual ones.
  Multipliers of(Supplier<Map<ProductClass, Multiplier>> measurement, boolean busy) {
    Optional<Multipliers> kept = file.read(this::parse);
    if (kept.isPresent()) {
      return kept.get();
    }
    if (busy || !file.isKept()) {
      return usual();
    }
    Map<ProductClass, Multiplier> measured = measurement.get();
    Properties p = new Properties();
    measured.forEach((which, multiplier) -> p.setProperty(which.key(), multiplier.name()));
    file.write(p);
    return with(measured);
  }

  private static Multipliers with(Map<ProductClass, Multiplier> measured) {
    return new Multipliers(measured, Optional.of(OWN));
  }

  private Multipliers parse(Properties p) {
    Map<ProductClass, Multiplier> choices = new HashMap<>();
    for (ProductClass each : ProductClass.all(dtype)) {
      String name = p.getProperty(each.key(), "");
      if (!name.isEmpty()) {
        choices.put(each, Multiplier.valueOf(name));
      }
    }
    return with(choices);
  }
}
