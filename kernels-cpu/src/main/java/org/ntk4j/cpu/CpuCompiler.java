package org.ntk4j.cpu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.run.CodeBuilder;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Layout;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Schedule;

/// Compiles programs for this machine's processor.
public final class CpuCompiler {
  private final Jit jit;

  /// Of each program's own; empty: the threads that all share.
  private final OptionalInt threads;

  private CpuCompiler(Jit jit, OptionalInt threads) {
    this.jit = jit;
    this.threads = threads;
  }

  /// The compiler, with the threads that all share; empty, after one warning, if a native library
  /// that it needs cannot be loaded.
  public static Optional<CpuCompiler> find() {
    return Jit.find().map(jit -> new CpuCompiler(jit, OptionalInt.empty()));
  }

  /// This compiler for programs each of which runs in `threads` threads of its own, which end when
  /// it is closed.
  public CpuCompiler withThreads(int threads) {
    return new CpuCompiler(jit, OptionalInt.of(Workers.checked(threads)));
  }

  /// Compiles `p`.
  public CompiledProgram compile(Program p) {
    return compile(schedule(p), p.inputAvals(), p.outputAvals());
  }

  /// Compiles `p`, its products done by `multipliers`.
  CompiledProgram compile(Program p, Function<DType, Multipliers> multipliers) {
    return compile(schedule(p), p.inputAvals(), p.outputAvals(), multipliers);
  }

  /// oneDNN wants channels last: the order is changed once, not around every convolution.
  private static Schedule schedule(Program p) {
    return Lowering.lower(p, Layout.CHANNELS_LAST);
  }

  /// Bytes in use during a run of `p`, known without compiling it; see [CompiledProgram#peakBytes].
  public long peakBytes(Program p) {
    Schedule schedule = schedule(p);
    Workers workers = workers();
    try {
      return CodeBuilder.plan(schedule, workers, KnownMultipliers::here).totalBytes(schedule);
    } finally {
      end(workers);
    }
  }

  /// Compiles a schedule.
  ///
  /// @param inputs avals of its inputs
  /// @param outputs avals of its outputs
  public CompiledProgram compile(Schedule schedule, List<Aval> inputs, List<Aval> outputs) {
    return compile(schedule, inputs, outputs, KnownMultipliers::here);
  }

  private CompiledProgram compile(
      Schedule schedule,
      List<Aval> inputs,
      List<Aval> outputs,
      Function<DType, Multipliers> multipliers) {
    Workers workers = workers();
    try {
      CodeBuilder.Built built = CodeBuilder.build(schedule, jit, workers, multipliers);
      return new CompiledProgram(inputs, outputs, schedule, built, workers, () -> end(workers));
    } catch (RuntimeException | Error e) {
      end(workers);
      throw e;
    }
  }

  private Workers workers() {
    return threads.isEmpty() ? Workers.shared() : new Workers(threads.getAsInt());
  }

  /// Ends a program's own threads.
  private void end(Workers workers) {
    if (threads.isPresent()) {
      workers.close();
    }
  }
}
