package org.ntk4j.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.MemoryUse;
import org.ntk4j.ntk.TilePlan;

/// What memory a kernel took, beside what was predicted.
///
/// @param use as predicted
/// @param measuredBytes what the process took, with the inputs; absent where the computation was on
///   a card, and where the operating system does not tell
record MemoryReport(MemoryUse use, OptionalLong measuredBytes) {

  /// @param inputs parameters and examples, which were there before the measurement started
  static MemoryReport of(MemoryUse use, ProcessMemory process, List<Tree<Tensor>> inputs) {
    long there =
        inputs.stream()
            .flatMap(tree -> tree.leaves().stream())
            .mapToLong(t -> t.size() * t.dtype().sizeBytes())
            .sum();
    OptionalLong added = process.addedBytes();
    return new MemoryReport(
        use, added.isPresent() ? OptionalLong.of(there + added.getAsLong()) : added);
  }

  Map<String, Object> json() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("predictedBytes", use.predictedBytes());
    measuredBytes.ifPresent(bytes -> result.put("measuredBytes", bytes));
    use.measuredBytes().ifPresent(bytes -> result.put("allocatedBytes", bytes));
    use.tiles().ifPresent(plan -> result.put("tiles", json(plan)));
    return result;
  }

  static Map<String, Object> json(TilePlan plan) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("tiles", plan.tiles());
    result.put("rows", plan.sizes().rows());
    result.put("columns", plan.sizes().columns());
    plan.sizes().outputs().ifPresent(n -> result.put("outputs", n));
    result.put("columnsKept", plan.columnsKept());
    result.put("gradientsKept", plan.gradientsKept());
    result.put("predictedBytes", plan.peakBytes());
    result.put("limitBytes", plan.limitBytes());
    result.put("untiledBytes", plan.untiledPeakBytes());
    result.put("seconds", plan.seconds());
    return result;
  }

  /// E.g. `memory: 1.3 GB predicted, 1.3 GB taken, 1.4 GB with what Java and the compiler took; 6
  /// tiles of 100 x 100 examples`.
  String text() {
    return "memory: "
        + NetworkCommand.bytes(use.predictedBytes())
        + " predicted"
        + amount(use.measuredBytes(), " taken")
        + amount(measuredBytes, " with what Java and the compiler took")
        + use.tiles().map(plan -> "; " + plan.tiles() + " tiles of " + plan.sizes()).orElse("");
  }

  private static String amount(OptionalLong bytes, String what) {
    return bytes.isPresent() ? ", " + NetworkCommand.bytes(bytes.getAsLong()) + what : "";
  }
}
