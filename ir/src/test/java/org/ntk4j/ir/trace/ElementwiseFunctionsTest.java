package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

class ElementwiseFunctionsTest {
  private static void agree(
      UnaryOperator<Value> fn, DoubleUnaryOperator expected, double... points) {
    Tensor y = Traced.of(fn::apply, vector(points));
    assertTensor(y, dims(points.length), Arrays.stream(points).map(expected).toArray());
  }

  @Test
  void functions_on_the_real_line() {
    double[] x = {-2.5, -0.3, 0, 0.7, 1.9};
    agree(Value::exp, Math::exp, x);
    agree(Value::expm1, Math::expm1, x);
    agree(Value::sin, Math::sin, x);
    agree(Value::cos, Math::cos, x);
    agree(Value::tan, Math::tan, x);
    agree(Value::sinh, Math::sinh, x);
    agree(Value::cosh, Math::cosh, x);
    agree(Value::tanh, Math::tanh, x);
    agree(Value::atan, Math::atan, x);
    agree(Value::asinh, t -> Math.log(t + Math.sqrt(t * t + 1)), x);
    agree(Value::cbrt, Math::cbrt, x);
    agree(Value::abs, Math::abs, x);
    agree(Value::logistic, t -> 1 / (1 + Math.exp(-t)), x);
    agree(Value::softplus, t -> Math.log(1 + Math.exp(t)), x);
    agree(Value::erf, ElementwiseFunctionsTest::erf, x);
    agree(Value::erfc, t -> 1 - erf(t), x);
  }

  /// The integral by Simpson's rule.
  private static double erf(double x) {
    int n = 2000;
    double h = x / n;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < n; i++) {
      sum += (i % 2 == 1 ? 4 : 2) * Math.exp(-h * i * h * i);
    }
    return 2 / Math.sqrt(Math.PI) * h / 3 * sum;
  }

  @Test
  void functions_on_intervals() {
    agree(Value::log, Math::log, 0.2, 1, 5);
    agree(Value::log1p, Math::log1p, -0.5, 0, 5);
    agree(Value::sqrt, Math::sqrt, 0, 0.25, 9);
    agree(Value::rsqrt, t -> 1 / Math.sqrt(t), 0.25, 9);
    agree(Value::reciprocal, t -> 1 / t, -4, 0.5);
    agree(Value::asin, Math::asin, -0.9, 0, 1);
    agree(Value::acos, Math::acos, -0.9, 0, 1);
    agree(Value::acosh, t -> Math.log(t + Math.sqrt(t * t - 1)), 1, 3);
    agree(Value::atanh, t -> 0.5 * Math.log((1 + t) / (1 - t)), -0.9, 0.5);
  }

  @Test
  void steps() {
    double[] x = {-1.5, -0.5, 0, 0.5, 1.5, 2.2};
    agree(Value::sign, Math::signum, x);
    agree(Value::floor, Math::floor, x);
    agree(Value::ceil, Math::ceil, x);
    agree(Value::round, Math::rint, x);
    agree(Value::trunc, t -> (double) (long) t, x);
  }

  @Test
  void classes_of_numbers() {
    Tensor x = vector(1, Double.POSITIVE_INFINITY, Double.NaN);
    assertArrayEquals(new long[] {1, 0, 0}, Traced.of(Value::isFinite, x).toLongs());
    assertArrayEquals(new long[] {0, 1, 0}, Traced.of(Value::isInf, x).toLongs());
    assertArrayEquals(new long[] {0, 0, 1}, Traced.of(Value::isNan, x).toLongs());
  }

  @Test
  void cast_rounds_toward_zero_to_integers() {
    Tensor y = Traced.of(v -> v.cast(DType.I64), vector(-1.9, 1.9, 0));
    assertEquals(DType.I64, y.dtype());
    assertArrayEquals(new long[] {-1, 1, 0}, y.toLongs());
    assertArrayEquals(
        new long[] {1, 1, 0}, Traced.of(v -> v.cast(DType.BOOL), vector(-1.9, 0.1, 0)).toLongs());
    assertEquals((float) 0.1, Traced.of(v -> v.cast(DType.F32), vector(0.1)).getDouble(0));
  }

  @Test
  void cast_to_the_same_dtype_is_the_value_itself() {
    assertEquals(
        0,
        Traced.program(in -> in.getFirst().cast(DType.F64), org.ntk4j.ir.Aval.of(DType.F64, 2))
            .equations()
            .size());
  }
}
