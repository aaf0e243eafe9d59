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

  /// Units in the last place of the largest element that are allowed in all rows.
  private static final double UNITS = 64;

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
      assertTrue(
          difference <= 1,
          () ->
              "output %d: an element differs by %g times what rounding explains; the program is%n%s"
                  .formatted(output, difference, p));
    }
  }

  /// The largest difference of two elements, relative to what rounding explains; see [#limit]. What
  /// is not a finite number has to be equal.
  static double difference(Tensor expected, Tensor actual) {
    assertEquals(expected.dtype(), actual.dtype());
    assertEquals(expected.shape(), actual.shape());
    if (!expected.dtype().isFloating()) {
      return expected.sameAs(actual) ? 0 : Double.POSITIVE_INFINITY;
    }
    long width = expected.rank() == 0 ? 1 : expected.shape().dim(expected.rank() - 1);
    double largest = largest(expected, 0, expected.size());
    double worst = 0;
    for (long row = 0; row < expected.size(); row += width) {
      double size = rootMeanSquare(expected, row, width);
      for (long i = row; i < row + width; i++) {
        double x = expected.getDouble(i);
        double y = actual.getDouble(i);
        if (Double.compare(x, y) != 0 && Double.isFinite(x) && Double.isFinite(y)) {
          double limit = limit(expected.dtype(), Math.abs(x), size, largest);
          worst = Math.max(worst, Math.abs(x - y) / limit);
        } else if (Double.compare(x, y) != 0) {
          return Double.POSITIVE_INFINITY;
        }
      }
    }
    return worst;
  }

  /// How far two results may be apart.
  ///
  /// Relative to the element, and to the root mean square of its row: elements of a row are mostly
  /// sums of the same terms, and one in which they cancel has the errors of the others. Rows may be
  /// of quite different size, and a small one has to be right by itself; but what reached it may
  /// have been as large as anything in the tensor, of which some units in the last place are
  /// allowed. And what cancels everywhere is left of numbers of size 1 or so.
  private static double limit(DType dtype, double element, double row, double largest) {
    boolean single = dtype == DType.F32;
    double tolerance = single ? TOLERANCE_F32 : TOLERANCE_F64;
    double unit = single ? Math.ulp(1f) : Math.ulp(1.0);
    return tolerance * (element + row + SMALL) + UNITS * unit * largest;
  }

  /// The largest finite size among `count` elements from `from` on.
  private static double largest(Tensor x, long from, long count) {
    double largest = 0;
    for (long i = from; i < from + count; i++) {
      double size = Math.abs(x.getDouble(i));
      largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
    }
    return largest;
  }

  /// That of the finite elements among `count` from `from` on.
  private static double rootMeanSquare(Tensor x, long from, long count) {
    double largest = largest(x, from, count);
    double sum = 0;
    for (long i = from; i < from + count && largest > 0; i++) {
      // Squares of the largest numbers would be infinite.
      double share = x.getDouble(i) / largest;
      sum += Double.isFinite(share) ? share * share : 0;
    }
    return largest * Math.sqrt(sum / count);
  }

  /// Asserts equal bits.
  public static void assertSame(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int k = 0; k < expected.size(); k++) {
      assertTrue(expected.get(k).sameAs(actual.get(k)), "bits of output " + k + " differ");
    }
  }
}
