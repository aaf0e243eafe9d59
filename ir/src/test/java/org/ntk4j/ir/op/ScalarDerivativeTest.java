package org.ntk4j.ir.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

/// Derivatives of scalar functions against differences of their values.
final class ScalarDerivativeTest {
  private static final double TOLERANCE = 1e-8;

  @TestFactory
  Stream<DynamicTest> unary_functions() {
    return Arrays.stream(UnaryFn.values())
        .map(fn -> DynamicTest.dynamicTest(fn.mnemonic(), () -> checkUnary(fn)));
  }

  @TestFactory
  Stream<DynamicTest> binary_functions() {
    return Arrays.stream(BinaryFn.values())
        .map(fn -> DynamicTest.dynamicTest(fn.mnemonic(), () -> checkBinary(fn)));
  }

  private static void checkUnary(UnaryFn fn) {
    for (double x : points(fn)) {
      assertClose(difference(fn::apply, x), derivative(fn, x), fn + " at " + x);
    }
  }

  /// Points within the domain and away from kinks.
  private static double[] points(UnaryFn fn) {
    return switch (fn) {
      case LOG, SQRT, RSQRT -> new double[] {0.2, 1, 3.7};
      case LOG1P -> new double[] {-0.7, 0, 2.5};
      case ASIN, ACOS, ATANH -> new double[] {-0.8, 0, 0.3, 0.9};
      case ACOSH -> new double[] {1.1, 2, 9};
      case RECIPROCAL, CBRT, ABS -> new double[] {-2.3, -0.4, 0.7, 5};
      case EXP,
          EXPM1,
          SIN,
          COS,
          TAN,
          SINH,
          COSH,
          ATAN,
          ASINH,
          TANH,
          LOGISTIC,
          ERF,
          ERFC,
          SOFTPLUS ->
          new double[] {-2.3, -0.4, 0, 0.7, 3.1};
    };
  }

  private static void checkBinary(BinaryFn fn) {
    for (double x : new double[] {0.3, 1.7, 4.1}) {
      for (double y : new double[] {-2.6, -0.8, 0.9, 2.3}) {
        double[] actual = partials(fn, x, y);
        assertClose(difference(t -> fn.apply(t, y), x), actual[0], fn + " by x at " + x + ", " + y);
        assertClose(difference(t -> fn.apply(x, t), y), actual[1], fn + " by y at " + x + ", " + y);
      }
    }
  }

  @Test
  void ties_share_evenly() {
    assertPartials(BinaryFn.MAX, 2, 2, 0.5, 0.5);
    assertPartials(BinaryFn.MIN, 2, 2, 0.5, 0.5);
    assertPartials(BinaryFn.MAX, 3, 2, 1, 0);
    assertPartials(BinaryFn.MIN, 3, 2, 0, 1);
    assertEquals(0, derivative(UnaryFn.ABS, 0));
  }

  @Test
  void partials_of_pow_are_finite_where_the_base_or_the_exponent_is_zero() {
    assertPartials(BinaryFn.POW, 0, 0, 0, 0);
    assertPartials(BinaryFn.POW, 0, 1, 1, 0);
    assertPartials(BinaryFn.POW, 0, 2, 0, 0);
    assertPartials(BinaryFn.POW, 3, 0, 0, Math.log(3));
    assertEquals(12, partials(BinaryFn.POW, -2, 3)[0]);
  }

  @Test
  void derivatives_far_out_are_finite() {
    for (UnaryFn fn :
        List.of(UnaryFn.TANH, UnaryFn.LOGISTIC, UnaryFn.SOFTPLUS, UnaryFn.ERF, UnaryFn.ERFC)) {
      assertEquals(fn == UnaryFn.SOFTPLUS ? 1 : 0, derivative(fn, 800), 1e-300, fn::mnemonic);
      assertEquals(0.0, derivative(fn, -800), 1e-300, fn::mnemonic);
    }
  }

  private static void assertPartials(BinaryFn fn, double x, double y, double byX, double byY) {
    double[] actual = partials(fn, x, y);
    assertEquals(byX, actual[0], fn + " by x");
    assertEquals(byY, actual[1], fn + " by y");
  }

  private static double derivative(UnaryFn fn, double at) {
    Builder b = new Builder();
    Var x = new Var(Aval.of(DType.F64));
    Atom result = fn.derivative(b, x, b.unary(fn, x));
    return run(b.build(List.of(x), List.of(result)), at)[0];
  }

  private static double[] partials(BinaryFn fn, double atX, double atY) {
    Builder b = new Builder();
    Var x = new Var(Aval.of(DType.F64));
    Var y = new Var(Aval.of(DType.F64));
    Var z = b.binary(fn, x, y);
    List<Atom> partials = List.of(fn.derivativeX(b, x, y, z), fn.derivativeY(b, x, y, z));
    return run(b.build(List.of(x, y), partials), atX, atY);
  }

  private static double[] run(Program p, double... arguments) {
    List<Tensor> in = DoubleStream.of(arguments).mapToObj(Tensor::scalar).toList();
    return Evaluator.run(p, in).stream().mapToDouble(y -> y.getDouble(0)).toArray();
  }

  /// Central difference with two steps, exact for polynomials of degree 4.
  private static double difference(DoubleUnaryOperator f, double x) {
    double h = 1e-3 * Math.max(0.5, Math.abs(x));
    return (4 * slope(f, x, h / 2) - slope(f, x, h)) / 3;
  }

  private static double slope(DoubleUnaryOperator f, double x, double h) {
    return (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) / (2 * h);
  }

  private static void assertClose(double expected, double actual, String what) {
    assertEquals(expected, actual, TOLERANCE * Math.max(1, Math.abs(expected)), what);
  }
}
