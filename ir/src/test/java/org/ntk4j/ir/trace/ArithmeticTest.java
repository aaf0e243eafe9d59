package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

class ArithmeticTest {
  private static void elementwise(BinaryOperator<Value> fn, DoubleBinaryOperator expected) {
    double[] x = {3, -2, 0.5, 7};
    double[] y = {2, 1.5, -4, 7};
    double[] z = new double[4];
    for (int i = 0; i < 4; i++) {
      z[i] = expected.applyAsDouble(x[i], y[i]);
    }
    Tensor actual = one(in -> fn.apply(in.get(0), in.get(1)), vector(x), vector(y));
    assertTensor(actual, dims(4), z);
  }

  @Test
  void operators_are_those_of_numbers() {
    elementwise(Value::add, (x, y) -> x + y);
    elementwise(Value::sub, (x, y) -> x - y);
    elementwise(Value::mul, (x, y) -> x * y);
    elementwise(Value::div, (x, y) -> x / y);
    elementwise(Value::rem, (x, y) -> x % y);
    elementwise(Value::pow, Math::pow);
    elementwise(Value::maximum, Math::max);
    elementwise(Value::minimum, Math::min);
    elementwise(Value::atan2, Math::atan2);
  }

  @Test
  void constants_act_on_either_side() {
    Tensor x = vector(1, 4);
    assertTensor(Traced.of(v -> v.add(2), x), dims(2), 3, 6);
    assertTensor(Traced.of(v -> v.sub(2), x), dims(2), -1, 2);
    assertTensor(Traced.of(v -> v.subFrom(2), x), dims(2), 1, -2);
    assertTensor(Traced.of(v -> v.mul(2), x), dims(2), 2, 8);
    assertTensor(Traced.of(v -> v.div(2), x), dims(2), 0.5, 2);
    assertTensor(Traced.of(v -> v.divInto(2), x), dims(2), 2, 0.5);
    assertTensor(Traced.of(v -> v.rem(3), x), dims(2), 1, 1);
    assertTensor(Traced.of(v -> v.pow(3), x), dims(2), 1, 64);
    assertTensor(Traced.of(v -> v.pow(-1), x), dims(2), 1, 0.25);
    assertTensor(Traced.of(v -> v.pow(0.5), x), dims(2), 1, 2);
    assertTensor(Traced.of(v -> v.maximum(2), x), dims(2), 2, 4);
    assertTensor(Traced.of(v -> v.minimum(2), x), dims(2), 1, 2);
    assertTensor(Traced.of(Value::neg, x), dims(2), -1, -4);
    assertTensor(Traced.of(Value::square, x), dims(2), 1, 16);
    assertTensor(Traced.of(v -> v.clip(2, 3), vector(1, 2.5, 9)), dims(3), 2, 2.5, 3);
  }

  @Test
  void shapes_broadcast_from_the_end() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor row = vector(10, 20, 30);
    Tensor column = Tensor.of(new double[] {100, 200}, 2, 1);
    assertTensor(one(in -> in.get(0).add(in.get(1)), x, row), dims(2, 3), 11, 22, 33, 14, 25, 36);
    assertTensor(
        one(in -> in.get(1).add(in.get(0)), x, column), dims(2, 3), 101, 102, 103, 204, 205, 206);
    assertTensor(
        one(in -> in.get(0).mul(in.get(1)), row, column),
        dims(2, 3),
        1000,
        2000,
        3000,
        2000,
        4000,
        6000);
    assertTensor(
        one(in -> in.get(0).add(in.get(1)), x, Tensor.scalar(1)), dims(2, 3), 2, 3, 4, 5, 6, 7);
  }

  @Test
  void an_empty_axis_broadcasts_with_size_1() {
    Tensor x = Tensor.of(new double[0], 0, 3);
    Tensor y = Tensor.of(new double[] {1, 2, 3}, 1, 3);
    assertTensor(one(in -> in.get(0).add(in.get(1)), x, y), dims(0, 3));
  }

  @Test
  void shapes_that_do_not_broadcast_are_an_error() {
    assertMessage(
        "add: shapes [2] and [3] do not broadcast: sizes 2 and 3 at axis -1",
        in -> in.get(0).add(in.get(1)),
        vector(1, 2),
        vector(1, 2, 3));
  }

  @Test
  void dtypes_do_not_mix() {
    assertMessage(
        "mul: the operands have dtypes f64 and i32; cast one of them",
        in -> in.get(0).mul(in.get(1)),
        vector(1, 2),
        Tensor.of(new int[] {1, 2}, 2));
  }

  @Test
  void constants_keep_the_dtype() {
    Tensor x = Tensor.of(new int[] {7, -7}, 2);
    Tensor y = Traced.of(v -> v.mul(3).add(1).div(2), x);
    assertEquals(DType.I32, y.dtype());
    assertArrayEquals(new long[] {11, -10}, y.toLongs());
    Tensor z = Traced.of(v -> v.add(0.1), Tensor.of(new float[] {1}, 1));
    assertEquals(DType.F32, z.dtype());
    assertEquals(1 + 0.1f, z.getDouble(0));
  }

  @Test
  void constants_the_dtype_cannot_hold_are_an_error() {
    assertMessage(
        "add: the constant 0.5 is not a value of dtype i32",
        in -> in.getFirst().add(0.5),
        Tensor.of(new int[] {1}, 1));
  }

  @Test
  void clip_with_reversed_bounds_is_an_error() {
    assertMessage(
        "clip: the bounds 2.0 and 1.0 are reversed", in -> in.getFirst().clip(2, 1), vector(1));
  }
}
