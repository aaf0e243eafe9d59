package org.ntk4j.tests.cuda.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.DeviceBlock;
import org.ntk4j.cuda.driver.Event;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Fused loops, beside the driver's own copies within the card.
final class LoopBenchmark {
  private final CudaCompiler compiler;
  private final PrintStream out;

  LoopBenchmark(CudaCompiler compiler, PrintStream out) {
    this.compiler = compiler;
    this.out = out;
  }

  private record Case(String name, List<Aval> in, Function<List<Value>, Value> f) {}

  void run(boolean small) {
    long side = small ? 256 : 16_384;
    double copied = copyBytesPerSecond(4 * side * side);
    out.printf(Locale.ROOT, "copy by the driver: %.0f GB/s read and written%n", 1e-9 * copied);
    for (Case c : cases(side)) {
      Program p = Trace.program(c.in(), in -> List.of(c.f().apply(in)));
      double bytes = 0;
      for (Aval aval : p.inputAvals()) {
        bytes += aval.size() * aval.dtype().sizeBytes();
      }
      for (Aval aval : p.outputAvals()) {
        bytes += aval.size() * aval.dtype().sizeBytes();
      }
      try (CudaProgram compiled = compiler.compile(p)) {
        double seconds = compiled.secondsOnCard(CardBenchmark.values(p), CardBenchmark.REPETITIONS);
        out.printf(
            Locale.ROOT,
            "loops %-24s %9.3f ms %7.0f GB/s, %.0f %% of a copy%n",
            c.name(),
            1e3 * seconds,
            1e-9 * bytes / seconds,
            100 * bytes / seconds / copied);
      }
    }
  }

  private static List<Case> cases(long n) {
    Aval square = Aval.of(DType.F32, n, n);
    Aval row = Aval.of(DType.F32, n);
    List<Case> all = new ArrayList<>();
    all.add(new Case("x + y", List.of(square, square), in -> in.get(0).add(in.get(1))));
    all.add(
        new Case(
            "tanh(x y + row)",
            List.of(square, square, row),
            in -> in.get(0).mul(in.get(1)).add(in.get(2)).tanh()));
    all.add(
        new Case(
            "x + transposed y",
            List.of(square, square),
            in -> in.get(0).add(in.get(1).transpose())));
    all.add(new Case("sum of rows", List.of(square), in -> in.get(0).sum(1)));
    all.add(new Case("sum of columns", List.of(square), in -> in.get(0).sum(0)));
    all.add(new Case("sum of all", List.of(square), in -> in.get(0).sum(0, 1)));
    all.add(new Case("largest of rows", List.of(square), in -> in.get(0).max(1)));
    return all;
  }

  private static double copyBytesPerSecond(long bytes) {
    Device device = Device.open(0);
    DeviceBlock from = device.pool().allocate(bytes);
    DeviceBlock to = device.pool().allocate(bytes);
    try (Stream stream = device.newStream();
        Event start = device.newEvent();
        Event end = device.newEvent()) {
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < CardBenchmark.REPETITIONS; k++) {
        start.record(stream);
        stream.copy(to.address(), from.address(), bytes);
        end.record(stream);
        stream.synchronize();
        least = Math.min(least, end.secondsSince(start));
      }
      return 2 * bytes / least;
    } finally {
      device.pool().release(from);
      device.pool().release(to);
    }
  }
}
