package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;

class ComparisonsTest {
  private static void compare(
      BinaryOperator<Value> fn, UnaryOperator<Value> withTwo, long... expected) {
    Tensor x = vector(1, 2, 3);
    assertArrayEquals(
        expected, one(in -> fn.apply(in.get(0), in.get(1)), x, Tensor.scalar(2)).toLongs());
    assertArrayEquals(expected, Traced.of(withTwo::apply, x).toLongs());
  }

  @Test
  void comparisons_with_values_and_constants() {
    compare(Value::lt, x -> x.lt(2), 1, 0, 0);
    compare(Value::le, x -> x.le(2), 1, 1, 0);
    compare(Value::gt, x -> x.gt(2), 0, 0, 1);
    compare(Value::ge, x -> x.ge(2), 0, 1, 1);
    compare(Value::eq, x -> x.eq(2), 0, 1, 0);
    compare(Value::ne, x -> x.ne(2), 1, 0, 1);
  }

  @Test
  void logic_is_boolean_algebra() {
    Tensor x = Tensor.of(new boolean[] {false, false, true, true}, 4);
    Tensor y = Tensor.of(new boolean[] {false, true, false, true}, 4);
    assertArrayEquals(new long[] {0, 0, 0, 1}, one(in -> in.get(0).and(in.get(1)), x, y).toLongs());
    assertArrayEquals(new long[] {0, 1, 1, 1}, one(in -> in.get(0).or(in.get(1)), x, y).toLongs());
    assertArrayEquals(new long[] {0, 1, 1, 0}, one(in -> in.get(0).xor(in.get(1)), x, y).toLongs());
    assertArrayEquals(new long[] {1, 1, 0, 0}, Traced.of(Value::not, x).toLongs());
  }

  @Test
  void where_broadcasts_all_three() {
    Tensor mask = Tensor.of(new boolean[] {true, false}, 2, 1);
    Tensor x = vector(1, 2, 3);
    Tensor y = Tensor.scalar(-1);
    assertTensor(
        one(in -> in.get(0).where(in.get(1), in.get(2)), mask, x, y),
        dims(2, 3),
        1,
        2,
        3,
        -1,
        -1,
        -1);
    assertTensor(one(in -> in.get(0).where(in.get(1), 7), mask, x), dims(2, 3), 1, 2, 3, 7, 7, 7);
    assertTensor(one(in -> in.get(0).where(7, in.get(1)), mask, x), dims(2, 3), 7, 7, 7, 1, 2, 3);
    assertTensor(
        one(in -> Functions.where(in.get(0), in.get(1), in.get(1)), mask, x),
        dims(2, 3),
        1,
        2,
        3,
        1,
        2,
        3);
  }

  @Test
  void where_needs_a_boolean_mask() {
    assertMessage(
        "where: the mask has dtype f64, not bool",
        in -> in.getFirst().where(in.getFirst(), in.getFirst()),
        vector(1));
  }
}
