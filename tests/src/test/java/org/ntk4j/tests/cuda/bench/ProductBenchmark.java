package org.ntk4j.tests.cuda.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Trace;

/// Matrix products by kernels, beside those of cuBLAS if this machine has it.
final class ProductBenchmark {
  private final CudaCompiler compiler;
  private final PrintStream out;

  ProductBenchmark(CudaCompiler compiler, PrintStream out) {
    this.compiler = compiler;
    this.out = out;
  }

  /// `batch` products of matrices `rows × inner` and `inner × columns`.
  private record Sizes(long batch, long rows, long columns, long inner) {
    double operations() {
      return 2.0 * batch * rows * columns * inner;
    }
  }

  void run(boolean small) {
    List<Sizes> all =
        small
            ? List.of(new Sizes(1, 128, 128, 128))
            : List.of(
                new Sizes(1, 1024, 1024, 1024),
                new Sizes(1, 4096, 4096, 4096),
                new Sizes(1, 8192, 8192, 8192),
                new Sizes(1, 1024, 1024, 65_536),
                new Sizes(1, 65_536, 256, 256),
                new Sizes(512, 256, 256, 256));
    for (Sizes sizes : all) {
      for (Precision precision : Precision.values()) {
        time(sizes, precision);
      }
    }
  }

  private void time(Sizes s, Precision precision) {
    DType dtype = precision == Precision.FLOAT64 ? DType.F64 : DType.F32;
    Program p =
        Trace.program(
            List.of(
                Aval.of(dtype, s.batch(), s.rows(), s.inner()),
                Aval.of(dtype, s.batch(), s.inner(), s.columns())),
            in -> List.of(in.get(0).matmul(in.get(1))));
    double seconds = seconds(compiler.withoutLibraries().withPrecision(precision), p);
    double library = seconds(compiler.withPrecision(precision), p);
    out.printf(
        Locale.ROOT,
        "product %d x (%d x %d x %d) %-8s %9.3f ms %8.2f TFLOP/s; with libraries %.3f ms (%.0f"
            + " %%)%n",
        s.batch(),
        s.rows(),
        s.columns(),
        s.inner(),
        precision,
        1e3 * seconds,
        1e-12 * s.operations() / seconds,
        1e3 * library,
        100 * library / seconds);
  }

  private static double seconds(CudaCompiler compiler, Program p) {
    try (CudaProgram compiled = compiler.compile(p)) {
      return compiled.secondsOnCard(CardBenchmark.values(p), CardBenchmark.REPETITIONS);
    }
  }
}
