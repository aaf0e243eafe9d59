package org.ntk4j.cpu;

import java.util.Optional;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.run.BlockPool;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.schedule.Rates;

/// The CPU back end as it is found by others.
public final class CpuEngine implements Engine {
  /// The property that says how many threads share the work, from 1 to [#THREADS_MAX].
  public static final String THREADS = Workers.THREADS;

  /// The most threads.
  public static final int THREADS_MAX = Workers.THREADS_MAX;

  private static Optional<Rates> rates = Optional.empty();

  /// For [java.util.ServiceLoader].
  public CpuEngine() {}

  private static final class Holder {
    static final Optional<CpuCompiler> COMPILER = CpuCompiler.find();
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public boolean isAvailable() {
    return Holder.COMPILER.isPresent();
  }

  @Override
  public CompiledFunction compile(Program p) {
    return compiler().compile(p);
  }

  @Override
  public long peakBytes(Program p) {
    return compiler().peakBytes(p);
  }

  @Override
  public long idleBytes() {
    return BlockPool.shared().idleBytes();
  }

  @Override
  public Rates rates() {
    return measured();
  }

  /// Measured, or read, when they are first asked for.
  private static synchronized Rates measured() {
    if (rates.isEmpty()) {
      rates = Optional.of(KnownRates.here(threads()).of(compiler()));
    }
    return rates.get();
  }

  /// How many threads share the work: as many as the property [#THREADS] says, else as there are
  /// processors.
  public static int threads() {
    return Workers.shared().threads();
  }

  private static CpuCompiler compiler() {
    return Holder.COMPILER.orElseThrow(
        () -> new IllegalStateException("the CPU engine is not available on this machine"));
  }
}
