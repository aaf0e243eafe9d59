package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.Convolutions;
import org.ntk4j.cpu.library.Libraries;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.PreparedCholesky;
import org.ntk4j.cpu.library.PreparedConv;
import org.ntk4j.cpu.library.PreparedGemm;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.schedule.ConvForm;
import org.ntk4j.ir.schedule.ConvForms;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.StepText;

/// The library calls of a schedule and those inside its steps, each step's once.
final class Preparation implements MemoryPlan.Needs, AutoCloseable {
  private final Workers workers;
  private final Function<DType, Multipliers> multipliers;
  private final IdentityHashMap<Step, PreparedGemm> products = new IdentityHashMap<>();
  private final IdentityHashMap<Step, Convolved> convolutions = new IdentityHashMap<>();
  private final IdentityHashMap<Step, PreparedCholesky> factorizations = new IdentityHashMap<>();
  private final IdentityHashMap<Step, RowBlocks> blocks = new IdentityHashMap<>();
  private final List<Nest> nests = new ArrayList<>();

  /// Loops with equal bodies share the schedule of the body.
  private final Set<Schedule> done = Collections.newSetFromMap(new IdentityHashMap<>());

  /// A loop nest.
  ///
  /// @param rowLoops the first loops, which count rows that are done by themselves; 0 if none are
  record Nest(Step.Loops loops, int rowLoops) {}

  /// A convolution that a library does.
  record Convolved(ConvForm form, PreparedConv prepared) {}

  Preparation(Schedule schedule, Workers workers, Function<DType, Multipliers> multipliers) {
    this.workers = workers;
    this.multipliers = multipliers;
    try {
      prepare(schedule);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(Schedule schedule) {
    if (!done.add(schedule)) {
      return;
    }
    for (Step step : schedule.steps()) {
      switch (step) {
        case Step.Loops nest -> nests.add(new Nest(nest, 0));
        case Step.Rows rows -> rows(rows, schedule);
        case Step.Product p ->
            products.put(
                p, ProductCommand.prepare(p.product(), multipliers.apply(p.product().dtype())));
        case Step.Convolution c ->
            ConvForms.of(c.op(), c.x(), c.w(), c.y())
                .filter(form -> form.problem().dtype().isFloating())
                .ifPresent(form ->
                    convolutions.put(c, new Convolved(form, Convolutions.prepare(form.problem()))));
        case Step.Fused fused -> throw unexpected(fused);
        case Step.Evaluate e -> {
          if (e.op() instanceof Cholesky && fitsLibrary(e)) {
            factorizations.put(e, CholeskyCommand.prepare(e, multipliers));
          }
        }
        case Step.Fill _ -> {}
        case Step.Scan scan -> prepare(scan.body());
        case Step.While loop -> {
          prepare(loop.condition());
          prepare(loop.body());
        }
        case Step.Branch branch -> branch.branches().forEach(this::prepare);
      }
    }
  }

  /// Whether LAPACK can factorize or solve it: it counts rows and columns, and we count matrices
  /// and columns of all, as `int`.
  static boolean fitsLibrary(Step.Evaluate step) {
    Aval y = step.results().getFirst();
    long rows = y.dim(y.rank() - 2);
    boolean countable =
        y.size() > 0 && rows <= Integer.MAX_VALUE && y.size() / rows <= Integer.MAX_VALUE;
    return countable && Libraries.openBlas();
  }

  static IllegalStateException unexpected(Step.Fused step) {
    return new IllegalStateException("bug: no epilogues were asked for: " + StepText.of(step));
  }

  private void rows(Step.Rows step, Schedule schedule) {
    Optional<RowBlocks> found = RowBlocks.of(step, schedule.buffers());
    found.ifPresent(b -> blocks.put(step, b));
    for (Step.Loops nest : step.loops()) {
      nests.add(new Nest(nest, found.isPresent() ? step.rowLoops(nest.nest()) : 0));
    }
  }

  /// All loop nests.
  List<Nest> nests() {
    return nests;
  }

  /// Empty: the nests of `step` run one after the other.
  Optional<RowBlocks> blocks(Step.Rows step) {
    return Optional.ofNullable(blocks.get(step));
  }

  PreparedGemm product(Step.Product step) {
    return Objects.requireNonNull(products.get(step), "bug: a product was not prepared");
  }

  /// Empty: it is no Cholesky factorization, or no library does it.
  Optional<PreparedCholesky> factorization(Step.Evaluate step) {
    return Optional.ofNullable(factorizations.get(step));
  }

  /// Empty: no library does it.
  Optional<Convolved> convolution(Step.Convolution step) {
    return Optional.ofNullable(convolutions.get(step));
  }

  @Override
  public boolean holdsLocal(Step.Rows step) {
    return blocks(step).isPresent();
  }

  @Override
  public long scratchBytes(Step step) {
    return switch (step) {
      case Step.Product p -> product(p).scratchBytes(workers.threads());
      case Step.Fused fused -> throw unexpected(fused);
      case Step.Convolution c ->
          convolution(c).map(v -> v.prepared().scratchBytes(workers.threads())).orElse(0L);
      case Step.Rows rows ->
          blocks(rows).map(b -> b.bytes() * b.lanes(workers.threads())).orElse(0L);
      case Step.Evaluate e ->
          factorization(e).map(f -> f.scratchBytes(workers.threads())).orElse(0L);
      case Step.Fill _, Step.Loops _ -> 0;
      // What is inside is planned by itself.
      case Step.Scan _, Step.While _, Step.Branch _ -> 0;
    };
  }

  /// Releases what belongs to the libraries.
  @Override
  public void close() {
    convolutions.values().forEach(c -> c.prepared().close());
    convolutions.clear();
  }
}
