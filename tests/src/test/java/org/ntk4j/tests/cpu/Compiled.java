package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.cpu.CpuCompiler;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// What compiled programs must give.
public final class Compiled {
  /// Orders of summation differ, and the evaluator rounds `f32` less often.
  private static final double TOLERANCE_F32 = 1e-4;

  private static final double TOLERANCE_F64 = 1e-10;

  /// Differences of what is smaller are not compared: it is what is left of larger numbers.
  private static final double SMALL = 1e-3;

  private Compiled() {}

  /// The compiler; tests run where there is one.
  static CpuCompiler compiler() {
    return CpuCompiler.find().orElseThrow(() -> new AssertionError("LLVM cannot be loaded here"));
  }

  /// Asserts that `p` gives the evaluator's values, and the same bits when it runs again.
  static void assertEqualsEvaluator(Program p, List<Tensor> arguments) {
    List<Tensor> expected = Evaluator.run(p, arguments);
    try (CompiledProgram compiled = compiler().compile(p)) {
      List<Tensor> actual = compiled.run(arguments);
      assertClose(p, expected, actual);
      assertSame(actual, compiled.run(arguments));
    }
  }

  /// Asserts values that are the same up to rounding errors.
  public static void assertClose(Program p, List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < expected.size(); k++) {
      int output = k;
      double difference = difference(expected.get(k), actual.get(k));
      double tolerance = expected.get(k).dtype() == DType.F32 ? TOLERANCE_F32 : TOLERANCE_F64;
      assertTrue(
          difference <= tolerance,
          () ->
              "output %d differs by %g relative to its largest element; the program is%n%s"
                  .formatted(output, difference, p));
    }
  }

  /// The largest difference relative to the largest finite expected element. What is not a finite
  /// number has to be equal.
  private static double difference(Tensor expected, Tensor actual) {
    assertEquals(expected.dtype(), actual.dtype());
    assertEquals(expected.shape(), actual.shape());
    if (!expected.dtype().isFloating()) {
      return expected.sameAs(actual) ? 0 : Double.POSITIVE_INFINITY;
    }
    double scale = SMALL;
    double worst = 0;
    for (long i = 0; i < expected.size(); i++) {
      double x = expected.getDouble(i);
      double y = actual.getDouble(i);
      if (Double.isFinite(x)) {
        scale = Math.max(scale, Math.abs(x));
        worst = Double.isFinite(y) ? Math.max(worst, Math.abs(x - y)) : Double.POSITIVE_INFINITY;
      } else if (Double.compare(x, y) != 0) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return worst / scale;
  }

  /// Asserts equal bits.
  public static void assertSame(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < expected.size(); k++) {
      assertTrue(expected.get(k).sameAs(actual.get(k)), "bits of output " + k + " differ");
    }
  }
}
