package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.cuda.library.LibraryCall;
import org.ntk4j.cuda.text.ConvolutionText;
import org.ntk4j.cuda.text.KernelText;
import org.ntk4j.cuda.text.NestText;
import org.ntk4j.cuda.text.Prelude;
import org.ntk4j.cuda.text.ProductText;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;

/// What runs for the steps of a schedule and of those inside its steps: calls of libraries, and
/// kernels, of which those that do the same are one.
public final class Steps {
  /// With fewer kernels to a program, each program's beginning would take as long as they.
  private static final int UNIT_KERNELS_MIN = 8;

  private final Schedule schedule;
  private final IdentityHashMap<Step, StepCode> codes = new IdentityHashMap<>();
  private final IdentityHashMap<Step, LibraryCall> calls = new IdentityHashMap<>();
  private final IdentityHashMap<Step.Scan, ScanPlan> scans = new IdentityHashMap<>();
  private final List<KernelText> kernels = new ArrayList<>();

  private Steps(Schedule schedule) {
    this.schedule = schedule;
  }

  /// Those of `schedule`.
  public static Steps of(Schedule schedule, Policy policy, StepLibraries libraries) {
    Steps steps = new Steps(schedule);
    List<Step> printed = new ArrayList<>();
    for (Step step : new Collector().of(schedule)) {
      libraries
          .call(step, policy.precision())
          .ifPresentOrElse(call -> steps.calls.put(step, call), () -> printed.add(step));
    }
    steps.print(printed, policy);
    steps.planScans(schedule);
    return steps;
  }

  private void print(List<Step> printed, Policy policy) {
    List<StepCode> texts =
        IntStream.range(0, printed.size())
            .parallel()
            .mapToObj(i -> print(printed.get(i), policy, "step" + i))
            .toList();
    Map<String, String> symbols = new HashMap<>();
    for (int i = 0; i < printed.size(); i++) {
      List<KernelText> shared = new ArrayList<>();
      for (KernelText kernel : texts.get(i).kernels()) {
        String symbol = symbols.computeIfAbsent(kernel.structure(), _ -> kernel.name());
        shared.add(kernel.named(symbol));
        if (symbol.equals(kernel.name())) {
          kernels.add(kernel);
        }
      }
      codes.put(printed.get(i), new StepCode(shared, texts.get(i).scratchBytes()));
    }
  }

  private static StepCode print(Step step, Policy policy, String name) {
    return switch (step) {
      case Step.Loops nest -> NestText.of(nest.nest(), name, policy.deterministic());
      case Step.Product p -> ProductText.of(p.product(), policy.precision(), name);
      case Step.Fused p -> ProductText.of(p.product(), p.epilogue(), policy.precision(), name);
      case Step.Convolution c ->
          ConvolutionText.of(c.op(), c.x(), c.w(), c.y(), policy.precision(), name);
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
  static List<Schedule> inner(Step step) {
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
          call(step).isPresent() ? 1 : code(step).kernels().size();
      case Step.Rows rows -> rows.loops().stream().mapToLong(this::operations).sum();
      case Step.Fill _, Step.Evaluate _, Step.While _, Step.Branch _ -> 1;
      case Step.Scan scan -> scan(scan).operations();
    };
  }

  /// The schedule.
  public Schedule schedule() {
    return schedule;
  }

  /// A program of CUDA C.
  ///
  /// @param symbols the names of its kernels
  public record Unit(String source, List<String> symbols) {
    /// Copies the list.
    public Unit {
      symbols = List.copyOf(symbols);
    }
  }

  /// All kernels as programs that may be compiled side by side, at most so many: one, unless there
  /// are many kernels; none if there are none.
  public List<Unit> units(int most) {
    if (kernels.isEmpty()) {
      return List.of();
    }
    List<KernelText> longestFirst = new ArrayList<>(kernels);
    longestFirst.sort(Comparator.comparingInt((KernelText k) -> k.text().length()).reversed());
    int count = Math.clamp(kernels.size() / UNIT_KERNELS_MIN, 1, Math.max(1, most));
    List<Unit> units = new ArrayList<>();
    for (int u = 0; u < count; u++) {
      StringBuilder source = new StringBuilder(Prelude.text());
      List<String> symbols = new ArrayList<>();
      for (int i = u; i < longestFirst.size(); i += count) {
        source.append('\n').append(longestFirst.get(i).text());
        symbols.add(longestFirst.get(i).name());
      }
      units.add(new Unit(source.toString(), symbols));
    }
    return units;
  }

  /// Where everything that is stored in between is in one block of memory.
  public MemoryPlan plan() {
    return MemoryPlan.of(schedule, this::scratchBytes);
  }

  private long scratchBytes(Step step) {
    return switch (step) {
      case Step.Loops _, Step.Product _, Step.Fused _, Step.Convolution _ ->
          DeviceLayout.padded(
              call(step).map(LibraryCall::scratchBytes).orElseGet(() -> code(step).scratchBytes()));
      case Step.Rows rows -> rows.loops().stream().mapToLong(this::scratchBytes).max().orElse(0);
      case Step.Scan scan -> DeviceLayout.padded(scan(scan).bytes());
      case Step.Fill _, Step.Evaluate _, Step.While _, Step.Branch _ -> 0;
    };
  }

  /// How a library does `step`; empty: kernels do.
  Optional<LibraryCall> call(Step step) {
    return Optional.ofNullable(calls.get(step));
  }

  /// The kernels of `step`.
  StepCode code(Step step) {
    return Objects.requireNonNull(codes.get(step), "bug: a step without kernels");
  }

  ScanPlan scan(Step.Scan step) {
    return Objects.requireNonNull(scans.get(step), "bug: a scan without plan");
  }
}
