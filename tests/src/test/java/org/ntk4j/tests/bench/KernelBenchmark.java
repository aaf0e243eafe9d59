package org.ntk4j.tests.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.tests.bench.BenchmarkNetworks.Case;

/// Times of kernels of networks of real sizes, printed as a table.
///
/// ```
/// ./ntk --version && ./check -pl tests -am
/// java --enable-native-access=ALL-UNNAMED -cp "tests/target/test-classes:cli/target/ntk/lib/*" \
///     org.ntk4j.tests.bench.KernelBenchmark FCN
/// ```
///
/// Arguments: parts of the names of the cases to run (default: all). Columns: tracing and planning,
/// the first run, the fastest of three later runs (seconds, and seconds of all threads), memory of
/// the run's tensors, equations of the program.
public final class KernelBenchmark {
  private static final int REPETITIONS = 3;

  private KernelBenchmark() {}

  /// Runs the cases whose names contain one of `names`.
  public static void main(String... names) {
    System.out.printf(
        "%-22s %8s %8s %8s %8s %8s %6s%n",
        "kernel", "plan s", "first s", "warm s", "cpu s", "peak MB", "eqns");
    for (Case c : BenchmarkNetworks.all()) {
      if (names.length == 0 || Arrays.stream(names).anyMatch(c.name()::contains)) {
        System.out.println(measure(c));
      }
    }
  }

  private static String measure(Case c) {
    NtkBuilder builder = Ntk.of(c.network()).implementation(Implementation.STRUCTURED_DERIVATIVES);
    Ntk ntk = (c.traced() ? builder.traceAxes(-1) : builder.traceAxes()).build();
    long start = System.nanoTime();
    Program program = ntk.program(avals(c.x()), avals(c.params()));
    double plan = seconds(start);
    long run = System.nanoTime();
    ntk.compute(c.x(), c.params());
    double first = seconds(run);
    double warm = Double.POSITIVE_INFINITY;
    double processor = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPETITIONS; i++) {
      long cpu = processorTime();
      long again = System.nanoTime();
      ntk.compute(c.x(), c.params());
      warm = Math.min(warm, seconds(again));
      processor = Math.min(processor, (processorTime() - cpu) * 1e-9);
    }
    return String.format(
        Locale.ROOT,
        "%-22s %8.2f %8.2f %8.3f %8.3f %8.0f %6d",
        c.name(),
        plan,
        first,
        warm,
        processor,
        peakBytes(c, program) / 1e6,
        program.equations().size());
  }

  private static Tree<Aval> avals(Tree<Tensor> tensors) {
    return tensors.map(t -> new Aval(t.dtype(), t.shape()));
  }

  private static double peakBytes(Case c, Program program) {
    List<Tensor> arguments = new ArrayList<>(c.params().leaves());
    arguments.addAll(c.x().leaves());
    try (TensorScope scope = TensorScope.open()) {
      Evaluator.run(program, arguments, scope);
      return scope.peakBytes();
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }

  private static long processorTime() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
