package org.ntk4j.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.core.io.Npy;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.Prediction;

/// What a process that is timed does: it reads parameters and examples, writes their kernel, and
/// then computes it some more times. `tests/peers/peer.py` does the same with other libraries.
public final class KernelProcess {
  /// Calls that take this long together need not be seven.
  private static final double ENOUGH_SECONDS = 20;

  private static final int CALLS_MIN = 3;

  private KernelProcess() {}

  /// Does it, and tells when the kernel was on disk, how long each call took, and how much memory
  /// it took until then and until the end. A kernel's memory is given back before the next call, as
  /// Python does that.
  ///
  /// @param in parameters and examples, see [Exchange]
  /// @param out the kernel, `.npy`
  /// @param calls how often the kernel is computed again
  public static Map<String, Object> run(
      BenchmarkNetwork network, Implementation implementation, Path in, Path out, int calls)
      throws IOException {
    Exchange exchange = Exchange.read(in);
    Tree<Tensor> x = exchange.inputs();
    Tree<Tensor> params = exchange.params();
    try (TensorScope scope = TensorScope.open()) {
      Ntk ntk = network.kernel().implementation(implementation).owner(scope).build();
      long start = System.nanoTime();
      Tensor kernel = ntk.compute(x, params).values();
      double first = seconds(start);
      Npy.write(out, kernel);
      scope.release(kernel);
      Map<String, Object> report = new LinkedHashMap<>();
      report.put(ProcessReport.ON_DISK, 1e-3 * System.currentTimeMillis());
      report.put(ProcessReport.FIRST, first);
      Machine.peakBytes().ifPresent(bytes -> report.put(ProcessReport.PEAK, bytes));
      List<Double> warm = new ArrayList<>();
      List<Double> processor = new ArrayList<>();
      double total = 0;
      while (warm.size() < calls && (warm.size() < CALLS_MIN || total < ENOUGH_SECONDS)) {
        Duration before = processorTime();
        long again = System.nanoTime();
        scope.release(ntk.compute(x, params).values());
        warm.add(seconds(again));
        total += warm.getLast();
        processor.add(1e-9 * processorTime().minus(before).toNanos());
      }
      report.put(ProcessReport.WARM, warm);
      report.put(ProcessReport.PROCESSOR, processor);
      Machine.peakBytes().ifPresent(bytes -> report.put(ProcessReport.PEAK_LATER, bytes));
      Explanation plan = ntk.explain(Networks.avals(x), Networks.avals(params));
      report.put(ProcessReport.OPERATIONS, (double) prediction(plan).operations());
      report.put(ProcessReport.VERSION, "ntk4j, " + plan.chosen());
      return report;
    }
  }

  private static Prediction prediction(Explanation plan) {
    return plan.predictions().stream()
        .filter(p -> p.implementation() == plan.chosen())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: the choice was not predicted"));
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }
}
