package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ntk4j.cuda.text.KernelText;
import org.ntk4j.cuda.text.Prelude;
import org.ntk4j.cuda.text.StepCode;
import org.ntk4j.ir.schedule.Step;

/// The kernels that were planned for the steps of a schedule, printed; those that do the same are
/// one.
public final class Steps {
  /// With fewer kernels to a program, each program's beginning would take as long as they.
  private static final int UNIT_KERNELS_MIN = 8;

  private final IdentityHashMap<Step, StepCode> codes = new IdentityHashMap<>();
  private final List<KernelText> kernels = new ArrayList<>();

  private Steps() {}

  /// Prints what was planned.
  public static Steps of(StepPlans plans) {
    Steps steps = new Steps();
    steps.print(plans);
    return steps;
  }

  private void print(StepPlans plans) {
    List<Step> printed = plans.planned();
    List<StepCode> texts =
        IntStream.range(0, printed.size())
            .parallel()
            .mapToObj(i -> plans.kernels(printed.get(i)).print("step" + i))
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

  /// The kernels of `step`.
  StepCode code(Step step) {
    return Objects.requireNonNull(codes.get(step), "bug: a step without kernels");
  }
}
