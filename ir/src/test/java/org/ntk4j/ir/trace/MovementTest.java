package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.range;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

class MovementTest {
  private static final Tensor X = range(2, 3);

  private static Shape shape(java.util.function.UnaryOperator<Value> fn, long... dims) {
    return Traced.program(in -> fn.apply(in.getFirst()), Aval.of(DType.F32, dims))
        .outputAvals()
        .getFirst()
        .shape();
  }

  @Test
  void reshapes() {
    assertTensor(Traced.of(x -> x.reshape(3, 2), X), dims(3, 2), 0, 1, 2, 3, 4, 5);
    assertTensor(Traced.of(x -> x.reshape(-1, 2), X), dims(3, 2), 0, 1, 2, 3, 4, 5);
    assertTensor(Traced.of(Value::flatten, X), dims(6), 0, 1, 2, 3, 4, 5);
    assertEquals(Shape.of(2, 60), shape(x -> x.flattenFrom(1), 2, 3, 4, 5));
    assertEquals(Shape.of(2, 3, 1), shape(x -> x.flattenFrom(2), 2, 3));
    assertEquals(Shape.of(2, 1, 3), shape(x -> x.expandDims(1), 2, 3));
    assertEquals(Shape.of(2, 3, 1), shape(x -> x.expandDims(-1), 2, 3));
    assertEquals(Shape.of(2, 3), shape(Value::squeeze, 1, 2, 1, 3));
    assertEquals(Shape.of(1, 2, 3), shape(x -> x.squeeze(-2), 1, 2, 1, 3));
  }

  @Test
  void reshape_errors() {
    assertMessage(
        "reshape: no size for axis 1 makes 6 elements out of [2,3]",
        in -> in.getFirst().reshape(4, -1),
        X);
    assertMessage(
        "reshape: size -1 of axis 1; sizes are not negative, and only one may be -1",
        in -> in.getFirst().reshape(-1, -1),
        X);
    assertMessage(
        "squeeze: axis 0 of f64[2,3] has size 2, not 1", in -> in.getFirst().squeeze(0), X);
  }

  @Test
  void transposes() {
    assertTensor(Traced.of(Value::transpose, X), dims(3, 2), 0, 3, 1, 4, 2, 5);
    assertTensor(Traced.of(x -> x.transpose(1, 0), X), dims(3, 2), 0, 3, 1, 4, 2, 5);
    assertTensor(Traced.of(x -> x.transpose(0, -1), X), dims(2, 3), 0, 1, 2, 3, 4, 5);
    assertEquals(Shape.of(4, 2, 3), shape(x -> x.transpose(2, 0, 1), 2, 3, 4));
    assertEquals(Shape.of(4, 3, 2), shape(Value::transpose, 2, 3, 4));
    assertEquals(Shape.of(2, 4, 3), shape(Value::matrixTranspose, 2, 3, 4));
    assertEquals(Shape.of(4, 3, 2), shape(x -> x.swapAxes(0, -1), 2, 3, 4));
    assertEquals(Shape.of(3, 4, 2), shape(x -> x.moveAxis(0, -1), 2, 3, 4));
    assertEquals(Shape.of(4, 2, 3), shape(x -> x.moveAxis(2, 0), 2, 3, 4));
  }

  @Test
  void transpose_names_all_axes() {
    assertMessage(
        "transpose: 1 axes are named for a value of rank 2", in -> in.getFirst().transpose(1), X);
  }

  @Test
  void broadcasts() {
    Tensor column = Tensor.of(new double[] {1, 2}, 2, 1);
    assertTensor(Traced.of(x -> x.broadcastTo(2, 2), column), dims(2, 2), 1, 1, 2, 2);
    assertTensor(Traced.of(x -> x.broadcastTo(2, 2, 1), column), dims(2, 2, 1), 1, 2, 1, 2);
    assertTensor(
        Traced.of(x -> x.like(3).reshape(6).broadcastTo(2, 6), X),
        dims(2, 6),
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3);
    assertMessage(
        "broadcastTo: [2,3] does not broadcast to [3,3]", in -> in.getFirst().broadcastTo(3, 3), X);
    assertMessage(
        "broadcastTo: [2,3] does not broadcast to [3]", in -> in.getFirst().broadcastTo(3), X);
  }

  @Test
  void pads_and_reverses() {
    assertTensor(
        Traced.of(x -> x.pad(List.of(0L, 1L), List.of(1L, -1L), 9), X),
        dims(3, 3),
        9,
        0,
        1,
        9,
        3,
        4,
        9,
        9,
        9);
    assertTensor(
        Traced.of(x -> x.pad(List.of(0L), List.of(0L), List.of(1L), 9), range(3)),
        dims(5),
        0,
        9,
        1,
        9,
        2);
    assertTensor(Traced.of(x -> x.reverse(-1), X), dims(2, 3), 2, 1, 0, 5, 4, 3);
    assertTensor(Traced.of(Value::reverse, X), dims(2, 3), 5, 4, 3, 2, 1, 0);
  }

  @Test
  void joins_and_splits() {
    assertTensor(
        Traced.one(in -> Functions.concatenate(-1, in.get(0), in.get(1)), X, X),
        dims(2, 6),
        0,
        1,
        2,
        0,
        1,
        2,
        3,
        4,
        5,
        3,
        4,
        5);
    assertTensor(
        Traced.one(in -> Functions.stack(-1, in.get(0), in.get(1)), range(2), range(2)),
        dims(2, 2),
        0,
        0,
        1,
        1);
    assertTensor(
        Traced.one(in -> Functions.stack(0, in.get(0), in.get(1)), range(2), range(2)),
        dims(2, 2),
        0,
        1,
        0,
        1);
    assertTensor(Traced.of(x -> x.split(1, 3).get(1), X), dims(2, 1), 1, 4);
    assertTensor(Traced.of(x -> x.splitSizes(1, 1, 2).get(1), X), dims(2, 2), 1, 2, 4, 5);
    assertMessage(
        "split: axis 1 of size 3 has no 2 equal parts", in -> in.getFirst().split(1, 2).get(0), X);
    assertMessage(
        "split: the sizes [1, 1] do not add up to 3",
        in -> in.getFirst().splitSizes(1, 1, 1).get(0),
        X);
  }
}
