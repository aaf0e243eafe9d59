package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ntk4j.cpu.jit.CompiledModule;
import org.ntk4j.cpu.jit.Jit;
import org.ntk4j.cpu.jit.KernelText;
import org.ntk4j.cpu.library.PreparedGemm;
import org.ntk4j.cpu.loop.LoopCode;
import org.ntk4j.cpu.loop.LoopText;
import org.ntk4j.cpu.run.Code.Inner;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// From a schedule to what runs. All loop nests, those of inner schedules too, are compiled at once.
public final class CodeBuilder {
  private final Map<Step.Loops, LoopCode> loops = new IdentityHashMap<>();
  private final Map<Step.Product, PreparedGemm> products = new IdentityHashMap<>();

  private CodeBuilder() {}

  /// A schedule ready to run, and what its kernels belong to: to be closed when none runs any more.
  public record Built(Code code, CompiledModule module) {}

  /// Compiles `schedule`.
  public static Built build(Schedule schedule, Jit jit) {
    CodeBuilder builder = new CodeBuilder();
    builder.prepare(schedule);
    List<KernelText> texts =
        builder.loops.values().stream().map(c -> new KernelText(c.name(), c.text())).toList();
    CompiledModule module = jit.compile(texts);
    try {
      MemoryPlan plan = MemoryPlan.of(schedule, builder::scratchBytes);
      return new Built(builder.code(schedule, plan, module), module);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private void prepare(Schedule schedule) {
    for (Step step : schedule.steps()) {
      switch (step) {
        case Step.Loops nest -> loops.put(nest, LoopText.of(nest.nest(), "loop" + loops.size()));
        case Step.Product product ->
            products.put(product, ProductCommand.prepare(product.product()));
        case Step.Fill _, Step.Convolution _, Step.Evaluate _ -> {}
        case Step.Scan scan -> prepare(scan.body());
        case Step.While loop -> {
          prepare(loop.condition());
          prepare(loop.body());
        }
        case Step.Branch branch -> branch.branches().forEach(this::prepare);
      }
    }
  }

  private long scratchBytes(Step step) {
    return step instanceof Step.Product product ? gemm(product).scratchBytes() : 0;
  }

  private PreparedGemm gemm(Step.Product product) {
    return Objects.requireNonNull(products.get(product), "bug: a product was not prepared");
  }

  private Code code(Schedule schedule, MemoryPlan plan, CompiledModule module) {
    Assembly assembly = new Assembly(schedule, plan, module);
    for (int s = 0; s < schedule.steps().size(); s++) {
      assembly.add(s);
    }
    return assembly.code();
  }

  /// The commands of one schedule.
  private final class Assembly {
    private final Schedule schedule;
    private final MemoryPlan plan;
    private final CompiledModule module;
    private final List<Command> commands = new ArrayList<>();
    private final List<Inner> inner = new ArrayList<>();

    /// For each argument its buffer.
    private final List<Integer> arguments = new ArrayList<>();

    Assembly(Schedule schedule, MemoryPlan plan, CompiledModule module) {
      this.schedule = schedule;
      this.plan = plan;
      this.module = module;
    }

    void add(int s) {
      int child = inner.size();
      MemoryPlan.Block block = plan.blocks().get(s);
      switch (schedule.steps().get(s)) {
        case Step.Fill fill -> {
          long bytes = schedule.buffers().get(fill.buffer()).bytes();
          if (bytes > 0) {
            commands.add(new FillCommand(fill, bytes));
          }
        }
        case Step.Loops nest -> addLoops(nest);
        case Step.Product product -> {
          if (product.product().rows() > 0
              && product.product().columns() > 0
              && !product.product().batch().contains(0L)) {
            commands.add(new ProductCommand(gemm(product), product, s));
          }
        }
        case Step.Convolution convolution -> commands.add(new EvaluatedConvolution(convolution));
        case Step.Evaluate evaluate -> commands.add(new EvaluateCommand(evaluate));
        case Step.Scan scan -> {
          addInner(s, List.of(scan.body()), block);
          commands.add(new ScanCommand(scan, child, s, block));
        }
        case Step.While loop -> {
          addInner(s, List.of(loop.condition(), loop.body()), block);
          commands.add(new WhileCommand(loop, child, s, block));
        }
        case Step.Branch branch -> {
          addInner(s, branch.branches(), block);
          commands.add(new BranchCommand(branch, child));
        }
      }
    }

    private void addLoops(Step.Loops step) {
      LoopCode code = Objects.requireNonNull(loops.get(step), "bug: a nest was not prepared");
      if (code.pieces() > 0) {
        commands.add(new LoopsCommand(module.kernel(code.name()), code, arguments.size()));
        arguments.addAll(step.buffers());
      }
    }

    private void addInner(int step, List<Schedule> schedules, MemoryPlan.Block block) {
      for (int i = 0; i < schedules.size(); i++) {
        Code code = CodeBuilder.this.code(schedules.get(i), block.inner().get(i), module);
        inner.add(new Inner(step, code));
      }
    }

    Code code() {
      return new Code(schedule, plan, commands, uses(), arguments.size(), inner);
    }

    private int[][] uses() {
      List<List<Integer>> uses = new ArrayList<>();
      schedule.buffers().forEach(_ -> uses.add(new ArrayList<>()));
      for (int a = 0; a < arguments.size(); a++) {
        uses.get(arguments.get(a)).add(a);
      }
      return uses.stream()
          .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
          .toArray(int[][]::new);
    }
  }
}
