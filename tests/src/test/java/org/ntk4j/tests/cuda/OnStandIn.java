package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Programs compiled for the stand-in's card, and what they must give.
final class OnStandIn {
  private static final double TOLERANCE_F32 = 1e-4;
  private static final double TOLERANCE_F64 = 1e-10;

  /// Differences of what is smaller are not compared: it is what is left of larger numbers.
  private static final double SMALL = 1e-3;

  /// Played, captured, replayed.
  private static final int RUNS = 3;

  private OnStandIn() {}

  /// The compiler for its card.
  static CudaCompiler compiler() {
    StandIn.require();
    return CudaCompiler.find()
        .orElseThrow(() -> new AssertionError("the stand-in driver is not found"));
  }

  /// Asserts that `p` gives the evaluator's values, and the same bits in every run.
  static void assertEqualsEvaluator(Program p, List<Tensor> arguments) {
    List<Tensor> expected = Evaluator.run(p, arguments);
    try (CudaProgram compiled = compiler().compile(p)) {
      List<Tensor> first = compiled.run(arguments);
      assertClose(p, expected, first);
      for (int run = 1; run < RUNS; run++) {
        assertSame(first, compiled.run(arguments));
      }
    }
  }

  static void assertClose(Program p, List<Tensor> expected, List<Tensor> actual) {
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
  static void assertSame(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < expected.size(); k++) {
      assertTrue(expected.get(k).sameAs(actual.get(k)), "bits of output " + k + " differ");
    }
  }

  /// Normal numbers for the inputs of `p`.
  static List<Tensor> values(Program p, long seed) {
    List<RandomKey> keys = RandomKey.of(seed).split(p.inputs().size());
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Aval aval = p.inputAvals().get(i);
      values.add(keys.get(i).normal(DType.F64, aval.shape()).to(aval.dtype()));
    }
    return values;
  }
}
