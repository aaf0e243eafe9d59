package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What will run for a step: everything is decided, and nothing is printed yet.
///
/// @param kernels how many there are
/// @param scratchBytes memory for the kernels' own use
/// @param text the kernels; the argument is how their names start
public record StepPlan(int kernels, long scratchBytes, Function<String, List<KernelText>> text) {
  /// Nothing is to be done.
  static final StepPlan NOTHING = new StepPlan(0, 0, _ -> List.of());

  /// The kernels of several plans, one after another. With more than one, each has a number in its
  /// name.
  static StepPlan of(List<StepPlan> parts) {
    return new StepPlan(
        parts.stream().mapToInt(StepPlan::kernels).sum(),
        parts.stream().mapToLong(StepPlan::scratchBytes).max().orElse(0),
        name -> {
          List<KernelText> all = new ArrayList<>();
          for (int k = 0; k < parts.size(); k++) {
            all.addAll(parts.get(k).text().apply(parts.size() == 1 ? name : name + "_" + k));
          }
          return all;
        });
  }

  /// Prints the kernels.
  public StepCode print(String name) {
    StepCode code = new StepCode(text.apply(name), scratchBytes);
    if (code.kernels().size() != kernels) {
      throw new IllegalStateException(
          "bug: %d kernels were planned for %s, and %d printed"
              .formatted(kernels, name, code.kernels().size()));
    }
    return code;
  }
}
