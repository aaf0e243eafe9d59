package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.ntk4j.autodiff.Nets.f64;
import static org.ntk4j.autodiff.Nets.program;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Window;

/// Derivatives where there is a choice, or where a careless formula divides by zero.
class SpecialPointsTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /// @param point values of the one input
  /// @param slopes the derivative of the sum of the outputs by each element of it
  record Point(
      String name, BiFunction<Builder, Atom, Atom> fn, List<Double> point, List<Double> slopes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Point> points() {
    return Stream.of(
        at("abs at 0", Builder::abs, v(0, -0.0), v(0, 0)),
        at("relu at 0 as a maximum with 0", (b, x) -> b.max(x, zero(x)), v(0, 1, -1), v(0.5, 1, 0)),
        at("a maximum with itself", (b, x) -> b.max(x, x), v(2), v(1)),
        at("a minimum of equals", (b, x) -> b.min(x, b.like(3, x)), v(3, 2, 4), v(0.5, 1, 0)),
        at("x to the 0 at 0", (b, x) -> b.pow(x, zero(x)), v(0), v(0)),
        at("x to the 1 at 0", (b, x) -> b.pow(x, b.like(1, x)), v(0), v(1)),
        at("x to the 2 at 0", (b, x) -> b.pow(x, b.like(2, x)), v(0, -3), v(0, -6)),
        at("0 to the x", (b, x) -> b.pow(zero(x), x), v(2), v(0)),
        at("integer power 0 at 0", (b, x) -> b.emit(new IntegerPow(0), x), v(0), v(0)),
        at("integer power 1 at 0", (b, x) -> b.emit(new IntegerPow(1), x), v(0), v(1)),
        at("square at 0", (b, x) -> b.integerPow(x, 2), v(0), v(0)),
        at("sqrt at 0", Builder::sqrt, v(0), v(INF)),
        at("softplus far away", Builder::softplus, v(800, -800), v(1, 0)),
        at("logistic far away", Builder::logistic, v(800, -800), v(0, 0)),
        at("tanh far away", Builder::tanh, v(800, -800), v(0, 0)),
        at("largest of ties", (b, x) -> b.reduceMax(x, List.of(0)), v(3, 1, 3), v(0.5, 0, 0.5)),
        at(
            "smallest of ties",
            (b, x) -> b.reduceMin(x, List.of(0)),
            v(1, 1, 1, 2),
            v(t(), t(), t(), 0)),
        at(
            "largest of infinities",
            (b, x) -> b.reduceMax(x, List.of(0)),
            v(-INF, -INF),
            v(0.5, 0.5)),
        at("product with a zero", (b, x) -> b.reduceProd(x, List.of(0)), v(2, 0, 3), v(0, 6, 0)),
        at("product with two zeros", (b, x) -> b.reduceProd(x, List.of(0)), v(0, 5, 0), v(0, 0, 0)),
        at("running product with a zero", (b, x) -> b.cumprod(x, 0, false), v(2, 0, 3), v(1, 8, 0)),
        at("running product from the end", (b, x) -> b.cumprod(x, 0, true), v(3, 0, 2), v(0, 8, 1)),
        at("running maximum of ties", (b, x) -> b.cummax(x, 0, false), v(1, 1, 0), v(2, 1, 0)),
        at("running minimum from the end", (b, x) -> b.cummin(x, 0, true), v(2, 1, 1), v(0, 1, 2)),
        at("windows with ties", (b, x) -> b.windowMax(x, window(0)), v(1, 1, 2), v(0.5, 0.5, 1)),
        at(
            "windows of negatives in padding",
            (b, x) -> b.windowMax(x, window(1)),
            v(-5, -7),
            v(2, 1)),
        at("sort of ties is stable", SpecialPointsTest::weightedSort, v(1, 0, 1), v(10, 1, 100)),
        at("stop gradient", (b, x) -> b.mul(x, b.stopGradient(x)), v(3), v(3)));
  }

  private static double t() {
    return 1.0 / 3;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Double> v(double... values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static Point at(
      String name, BiFunction<Builder, Atom, Atom> fn, List<Double> point, List<Double> slopes) {
    return new Point(name, fn, point, slopes);
  }

  private static Literal zero(Atom x) {
    return Literal.of(0, x.aval());
  }

  private static Window window(long padding) {
    List<Long> one = List.of(1L);
    return new Window(List.of(2L), one, List.of(padding), List.of(padding), one, one);
  }

  /// `Σ 10^i sort(x)_i`.
  private static Atom weightedSort(Builder b, Atom x) {
    Atom sorted = b.sort(List.of(x), 0, 1, false).getFirst();
    return b.mul(sorted, b.constant(Tensor.of(new double[] {1, 10, 100}, 3)));
  }

  private static Program sum(Point p) {
    return program(
        (b, x) -> {
          Atom y = p.fn().apply(b, x.getFirst());
          return List.of(b.reduceSum(y, Axes.range(0, y.aval().rank())));
        },
        f64(p.point().size()));
  }

  @ParameterizedTest
  @MethodSource("points")
  void slope_in_reverse_mode(Point p) {
    List<Tensor> x = List.of(Tensor.of(array(p.point()), p.point().size()));
    Tensor xBar = Evaluator.run(Derivatives.gradient(sum(p)), x).getFirst();
    assertArrayEquals(array(p.slopes()), xBar.toDoubles(), 1e-15);
  }

  @ParameterizedTest
  @MethodSource("points")
  void slope_in_forward_mode(Point p) {
    int n = p.point().size();
    Tensor x = Tensor.of(array(p.point()), n);
    Program jacobian = Derivatives.jacobianForward(sum(p));
    assertArrayEquals(
        array(p.slopes()), Evaluator.run(jacobian, List.of(x)).getFirst().toDoubles(), 1e-15);
  }
}
