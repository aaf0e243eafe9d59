package org.ntk4j.cpu;

import java.util.List;
import java.util.Optional;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.run.CodeBuilder;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.Schedule;

/// Compiles programs for this machine's processor.
public final class CpuCompiler {
  private final Jit jit;
  private final Workers workers;

  private CpuCompiler(Jit jit, Workers workers) {
    this.jit = jit;
    this.workers = workers;
  }

  /// The compiler, with the threads that all share; empty, after one warning, if a native library
  /// that it needs cannot be loaded.
  public static Optional<CpuCompiler> find() {
    return Jit.find().map(jit -> new CpuCompiler(jit, Workers.shared()));
  }

  /// This compiler for programs that run in `threads` threads of their own.
  public CpuCompiler withThreads(int threads) {
    return new CpuCompiler(jit, new Workers(threads));
  }

  /// Compiles `p`.
  public CompiledProgram compile(Program p) {
    return compile(Lowering.lower(p), p.inputAvals(), p.outputAvals());
  }

  /// Bytes in use during a run of `p`, known without compiling it; see [CompiledProgram#peakBytes].
  public long peakBytes(Program p) {
    Schedule schedule = Lowering.lower(p);
    return CodeBuilder.plan(schedule, workers, KnownMultipliers::here).totalBytes(schedule);
  }

  /// Compiles a schedule.
  ///
  /// @param inputs avals of its inputs
  /// @param outputs avals of its outputs
  public CompiledProgram compile(Schedule schedule, List<Aval> inputs, List<Aval> outputs) {
    CodeBuilder.Built built = CodeBuilder.build(schedule, jit, workers, KnownMultipliers::here);
    return new CompiledProgram(inputs, outputs, schedule, built, workers);
  }
}
