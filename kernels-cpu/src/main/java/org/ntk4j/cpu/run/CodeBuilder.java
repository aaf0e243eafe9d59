package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.Kernel;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.loop.LoopCode;
import org.ntk4j.cpu.loop.LoopText;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// From a schedule to what runs. All loop nests, those of inner schedules too, are compiled at
/// once.
public final class CodeBuilder {
  private final Preparation prepared;
  private final Workers workers;
  private final Map<Step.Loops, LoopCode> texts;
  private final CompiledModule module;

  private CodeBuilder(
      Preparation prepared,
      Workers workers,
      Map<Step.Loops, LoopCode> texts,
      CompiledModule module) {
    this.prepared = prepared;
    this.workers = workers;
    this.texts = texts;
    this.module = module;
  }

  /// A schedule ready to run.
  ///
  /// @param release releases what belongs to it; to be called when it runs no more
  public record Built(Code code, Runnable release) {}

  /// Compiles `schedule`.
  ///
  /// @param multipliers for products of a dtype, asked when there is one
  public static Built build(
      Schedule schedule, Jit jit, Workers workers, Function<DType, Multipliers> multipliers) {
    Preparation prepared = new Preparation(schedule, workers, multipliers);
    try {
      Map<Step.Loops, LoopCode> texts = texts(prepared.nests(), workers);
      CompiledModule module =
          jit.compile(
              texts.values().stream().map(c -> new KernelText(c.name(), c.text())).toList());
      MemoryPlan plan = MemoryPlan.of(schedule, prepared);
      Code code = new CodeBuilder(prepared, workers, texts, module).code(schedule, plan);
      return new Built(
          code,
          () -> {
            module.close();
            prepared.close();
          });
    } catch (RuntimeException | Error e) {
      prepared.close();
      throw e;
    }
  }

  /// The memory of `schedule`.
  ///
  /// @param multipliers for products of a dtype, asked when there is one
  public static MemoryPlan plan(
      Schedule schedule, Workers workers, Function<DType, Multipliers> multipliers) {
    try (Preparation prepared = new Preparation(schedule, workers, multipliers)) {
      return MemoryPlan.of(schedule, prepared);
    }
  }

  private static Map<Step.Loops, LoopCode> texts(List<Preparation.Nest> nests, Workers workers) {
    LoopCode[] codes = new LoopCode[nests.size()];
    workers.run(codes.length, i -> codes[i] = text(nests.get(i), "loop" + i));
    IdentityHashMap<Step.Loops, LoopCode> texts = new IdentityHashMap<>();
    for (int i = 0; i < codes.length; i++) {
      texts.put(nests.get(i).loops(), codes[i]);
    }
    return texts;
  }

  private static LoopCode text(Preparation.Nest nest, String name) {
    return nest.rowLoops() == 0
        ? LoopText.of(nest.loops().nest(), name)
        : LoopText.rows(nest.loops().nest(), nest.rowLoops(), name);
  }

  private Code code(Schedule schedule, MemoryPlan plan) {
    Assembly assembly = new Assembly(schedule, plan);
    for (int s = 0; s < schedule.steps().size(); s++) {
      add(assembly, s, schedule.steps().get(s), plan.blocks().get(s));
    }
    return assembly.code();
  }

  private void add(Assembly to, int s, Step step, MemoryPlan.Block block) {
    switch (step) {
      case Step.Fill fill -> to.fill(fill);
      case Step.Loops nest -> to.add(loops(to, nest));
      case Step.Rows rows ->
          to.add(
              prepared
                  .blocks(rows)
                  .map(blocks -> rows(to, s, rows, blocks))
                  .orElseGet(() -> oneByOne(to, rows)));
      case Step.Product p ->
          to.add(
              ProductCommand.isEmpty(p.product())
                  ? Command.NONE
                  : new ProductCommand(prepared.product(p), p, s));
      case Step.Convolution c ->
          to.add(
              prepared
                  .convolution(c)
                  .<Command>map(v -> new ConvolutionCommand(v.prepared(), v.form(), s))
                  .orElseGet(() -> new EvaluatedConvolution(c)));
      case Step.Fused fused -> throw Preparation.unexpected(fused);
      case Step.Evaluate evaluate -> to.add(evaluate(evaluate, s));
      case Step.Scan scan -> {
        int child = inner(to, s, List.of(scan.body()), block);
        to.add(new ScanCommand(scan, child, s, block));
      }
      case Step.While loop -> {
        int child = inner(to, s, List.of(loop.condition(), loop.body()), block);
        to.add(new WhileCommand(loop, child, s, block));
      }
      case Step.Branch branch ->
          to.add(new BranchCommand(branch, inner(to, s, branch.branches(), block)));
    }
  }

  /// By a library if there is one for it, else by the reference evaluator.
  private Command evaluate(Step.Evaluate step, int s) {
    if (step.op() instanceof TriangularSolve op && Preparation.fitsLibrary(step)) {
      return new TriangularSolveCommand(op, step);
    }
    return prepared
        .factorization(step)
        .<Command>map(f -> new CholeskyCommand(f, step, s))
        .orElseGet(() -> new EvaluateCommand(step));
  }

  private LoopCode text(Step.Loops nest) {
    return Objects.requireNonNull(texts.get(nest), "bug: a nest without text");
  }

  private Command oneByOne(Assembly to, Step.Rows rows) {
    List<Command> nests = rows.loops().stream().map(nest -> loops(to, nest)).toList();
    return frame -> nests.forEach(nest -> nest.run(frame));
  }

  private Command rows(Assembly to, int s, Step.Rows rows, RowBlocks blocks) {
    List<Kernel> kernels = new ArrayList<>();
    double nanos = 0;
    for (Step.Loops nest : rows.loops()) {
      kernels.add(module.kernel(text(nest).name()));
      nanos += LoopsCommand.nanos(text(nest));
    }
    int lanes = blocks.places().isEmpty() ? 1 : blocks.lanes(workers.threads());
    int[][] arguments = new int[lanes][];
    for (int lane = 0; lane < lanes; lane++) {
      arguments[lane] =
          rows.loops().stream().mapToInt(nest -> to.arguments(nest.buffers())).toArray();
    }
    List<RowsCommand.Local> locals = new ArrayList<>();
    List<Integer> first = rows.loops().stream().flatMap(n -> n.buffers().stream()).toList();
    for (RowBlocks.Place place : blocks.places()) {
      for (int a = 0; a < first.size(); a++) {
        if (first.get(a) == place.buffer()) {
          locals.add(new RowsCommand.Local(a, place));
        }
      }
    }
    return new RowsCommand(kernels, arguments, locals, blocks, nanos, s);
  }

  private Command loops(Assembly to, Step.Loops nest) {
    LoopCode code = text(nest);
    int first = to.arguments(nest.buffers());
    return code.pieces() > 0
        ? new LoopsCommand(module.kernel(code.name()), code, first)
        : Command.NONE;
  }

  /// Compiles the schedules of a step; returns the number of the first one's frame.
  private int inner(Assembly to, int s, List<Schedule> schedules, MemoryPlan.Block block) {
    int child = to.innerCount();
    for (int i = 0; i < schedules.size(); i++) {
      to.inner(s, code(schedules.get(i), block.inner().get(i)));
    }
    return child;
  }
}
