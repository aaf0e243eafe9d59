package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.cuda.text.ConvolutionText;
import org.ntk4j.cuda.text.NestText;
import org.ntk4j.cuda.text.ProductText;
import org.ntk4j.cuda.text.StepPlan;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// What will run for the steps of a schedule and of those inside its steps, and what memory that
/// takes: calls of libraries, and kernels that are not printed yet.
public final class StepPlans {
  private final Schedule schedule;

  /// The steps that kernels do.
  private final List<Step> planned = new ArrayList<>();

  private final IdentityHashMap<Step, StepPlan> plans = new IdentityHashMap<>();
  private final IdentityHashMap<Step, LibraryCall> calls = new IdentityHashMap<>();
  private final IdentityHashMap<Step.Scan, ScanPlan> scans = new IdentityHashMap<>();

  private StepPlans(Schedule schedule) {
    this.schedule = schedule;
  }

  /// Those of `schedule`.
  public static StepPlans of(Schedule schedule, Policy policy, StepLibraries libraries) {
    StepPlans all = new StepPlans(schedule);
    for (Step step : new Collector().of(schedule)) {
      libraries
          .call(step, policy.precision())
          .ifPresentOrElse(call -> all.calls.put(step, call), () -> all.planned.add(step));
    }
    List<StepPlan> plans = all.planned.parallelStream().map(step -> plan(step, policy)).toList();
    for (int i = 0; i < plans.size(); i++) {
      all.plans.put(all.planned.get(i), plans.get(i));
    }
    all.planScans(schedule);
    return all;
  }

  private static StepPlan plan(Step step, Policy policy) {
    return switch (step) {
      case Step.Loops nest -> NestText.plan(nest.nest(), policy.deterministic());
      case Step.Product p -> ProductText.plan(p.product(), policy.arithmetic());
      case Step.Fused p -> ProductText.plan(p.product(), p.epilogue(), policy.arithmetic());
      case Step.Convolution c ->
          ConvolutionText.plan(c.op(), c.x(), c.w(), c.y(), policy.arithmetic());
      case Step.Fill _, Step.Rows _, Step.Evaluate _, Step.Scan _, Step.While _, Step.Branch _ ->
          throw new IllegalStateException("bug: no kernels are printed for " + step);
    };
  }

  /// The steps that the card does, each once: loops with equal bodies share the schedule.
  private static final class Collector {
    private final Set<Schedule> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Step> steps = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Step> order = new ArrayList<>();

    List<Step> of(Schedule schedule) {
      if (seen.add(schedule)) {
        schedule.steps().forEach(this::add);
      }
      return order;
    }

    private void add(Step step) {
      switch (step) {
        case Step.Loops _, Step.Product _, Step.Fused _, Step.Convolution _ -> {
          if (steps.add(step)) {
            order.add(step);
          }
        }
        case Step.Rows rows -> rows.loops().forEach(this::add);
        case Step.Fill _, Step.Evaluate _ -> {}
        case Step.Scan _, Step.While _, Step.Branch _ -> inner(step).forEach(this::of);
      }
    }
  }

  /// The schedules inside a step, in the order of their plans.
  public static List<Schedule> inner(Step step) {
    return switch (step) {
      case Step.Scan scan -> List.of(scan.body());
      case Step.While loop -> List.of(loop.condition(), loop.body());
      case Step.Branch branch -> branch.branches();
      case Step.Fill _,
          Step.Loops _,
          Step.Rows _,
          Step.Product _,
          Step.Fused _,
          Step.Convolution _,
          Step.Evaluate _ ->
          List.of();
    };
  }

  private void planScans(Schedule s) {
    for (Step step : s.steps()) {
      inner(step).forEach(this::planScans);
      if (step instanceof Step.Scan scan) {
        scans.computeIfAbsent(scan, _ -> ScanPlan.of(scan, operations(scan.body())));
      }
    }
  }

  /// How many operations a schedule is recorded as, about.
  private long operations(Schedule s) {
    return s.steps().stream().mapToLong(this::operations).sum();
  }

  private long operations(Step step) {
    return switch (step) {
      case Step.Loops _, Step.Product _, Step.Fused _, Step.Convolution _ ->
          call(step).isPresent() ? 1 : kernels(step).kernels();
      case Step.Rows rows -> rows.loops().stream().mapToLong(this::operations).sum();
      case Step.Fill _, Step.Evaluate _, Step.While _, Step.Branch _ -> 1;
      case Step.Scan scan -> scan(scan).operations();
    };
  }

  /// The schedule.
  public Schedule schedule() {
    return schedule;
  }

  /// Where everything that is stored in between is in one block of memory.
  public MemoryPlan plan() {
    return MemoryPlan.of(schedule, this::scratchBytes);
  }

  private long scratchBytes(Step step) {
    return switch (step) {
      case Step.Loops _, Step.Product _, Step.Fused _, Step.Convolution _ ->
          DeviceLayout.padded(
              call(step)
                  .map(LibraryCall::scratchBytes)
                  .orElseGet(() -> kernels(step).scratchBytes()));
      case Step.Rows rows -> rows.loops().stream().mapToLong(this::scratchBytes).max().orElse(0);
      case Step.Scan scan -> DeviceLayout.padded(scan(scan).bytes());
      case Step.Fill _, Step.Evaluate _, Step.While _, Step.Branch _ -> 0;
    };
  }

  /// How a library does `step`; empty: kernels do.
  Optional<LibraryCall> call(Step step) {
    return Optional.ofNullable(calls.get(step));
  }

  /// The steps that kernels do, each once.
  public List<Step> planned() {
    return Collections.unmodifiableList(planned);
  }

  /// The kernels of `step`, which is one of those.
  public StepPlan kernels(Step step) {
    return Objects.requireNonNull(plans.get(step), "bug: a step without kernels");
  }

  ScanPlan scan(Step.Scan step) {
    return Objects.requireNonNull(scans.get(step), "bug: a scan without plan");
  }
}
