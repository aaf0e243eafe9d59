package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Derivatives against central differences in f64.
final class Differences {
  private static final double STEP = 1e-5;

  private Differences() {}

  /// Standard normal values.
  static List<Tensor> normal(List<Aval> avals, long seed) {
    Random random = new Random(seed);
    return avals.stream().map(a -> normal(a, random)).toList();
  }

  private static Tensor normal(Aval aval, Random random) {
    Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < t.size(); i++) {
      t.setDouble(i, random.nextGaussian());
    }
    return t;
  }

  static List<Aval> floating(List<Aval> avals) {
    return avals.stream().filter(Aval::isFloating).toList();
  }

  static List<Tensor> floatingOf(List<Tensor> values) {
    return values.stream().filter(t -> t.dtype().isFloating()).toList();
  }

  static List<Tensor> concat(List<Tensor> a, List<Tensor> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  /// `x + step * xDot` for the floating-point ones, in order.
  static List<Tensor> moved(List<Tensor> x, List<Tensor> xDot, double step) {
    List<Tensor> result = new ArrayList<>();
    int next = 0;
    for (Tensor t : x) {
      Tensor copy = t.copy();
      if (t.dtype().isFloating()) {
        Tensor direction = xDot.get(next++);
        for (long i = 0; i < t.size(); i++) {
          copy.setDouble(i, t.getDouble(i) + step * direction.getDouble(i));
        }
      }
      result.add(copy);
    }
    return result;
  }

  /// The derivative of the floating-point outputs of `p` along `xDot`.
  static List<double[]> along(Program p, List<Tensor> x, List<Tensor> xDot) {
    List<Tensor> up = floatingOf(Evaluator.run(p, moved(x, xDot, STEP)));
    List<Tensor> down = floatingOf(Evaluator.run(p, moved(x, xDot, -STEP)));
    List<double[]> result = new ArrayList<>();
    for (int k = 0; k < up.size(); k++) {
      double[] difference = new double[(int) up.get(k).size()];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = (up.get(k).getDouble(i) - down.get(k).getDouble(i)) / (2 * STEP);
      }
      result.add(difference);
    }
    return result;
  }

  /// `jvp(p)` is the limit of differences, and `vjp(p)` its adjoint.
  static void check(Program p, List<Tensor> x) {
    List<Tensor> xDot = normal(floating(p.inputAvals()), 11);
    List<Tensor> yBar = normal(floating(p.outputAvals()), 12);
    int outputs = p.outputs().size();
    List<Tensor> forward = Evaluator.run(Derivatives.jvp(p), concat(x, xDot));
    List<Tensor> yDot = forward.subList(outputs, forward.size());
    List<double[]> expected = along(p, x, xDot);
    for (int k = 0; k < yDot.size(); k++) {
      assertClose(expected.get(k), yDot.get(k).toDoubles(), 1e-6);
    }
    List<Tensor> backward = Evaluator.run(Derivatives.vjp(p), concat(x, yBar));
    List<Tensor> xBar = backward.subList(outputs, backward.size());
    double left = dot(yBar, yDot);
    assertEquals(left, dot(xBar, xDot), 1e-9 * (1 + Math.abs(left)));
    for (int k = 0; k < outputs; k++) {
      assertClose(forward.get(k).toDoubles(), backward.get(k).toDoubles(), 1e-14);
    }
  }

  static double dot(List<Tensor> a, List<Tensor> b) {
    double sum = 0;
    for (int k = 0; k < a.size(); k++) {
      for (long i = 0; i < a.get(k).size(); i++) {
        sum += a.get(k).getDouble(i) * b.get(k).getDouble(i);
      }
    }
    return sum;
  }

  static void assertClose(double[] expected, double[] actual, double tolerance) {
    double scale = 1 + Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertArrayEquals(expected, actual, tolerance * scale);
  }
}
