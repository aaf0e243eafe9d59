package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;

import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

class ReductionsTest {
  private static final Tensor X = Tensor.of(new double[] {1, 5, 2, 4, 3, 6}, 2, 3);

  @Test
  void sums_over_axes_from_either_end() {
    assertTensor(Traced.of(Value::sum, X), dims(), 21);
    assertTensor(Traced.of(x -> x.sum(0), X), dims(3), 5, 8, 8);
    assertTensor(Traced.of(x -> x.sum(-1), X), dims(2), 8, 13);
    assertTensor(Traced.of(x -> x.sum(-1, 0), X), dims(), 21);
    assertTensor(Traced.of(x -> x.sumKeepDims(1), X), dims(2, 1), 8, 13);
    assertTensor(Traced.of(Value::sumKeepDims, X), dims(1, 1), 21);
  }

  @Test
  void other_reductions() {
    assertTensor(Traced.of(x -> x.mean(1), X), dims(2), 8 / 3.0, 13 / 3.0);
    assertTensor(Traced.of(x -> x.meanKeepDims(0), X), dims(1, 3), 2.5, 4, 4);
    assertTensor(Traced.of(x -> x.prod(1), X), dims(2), 10, 72);
    assertTensor(Traced.of(x -> x.prodKeepDims(1), X), dims(2, 1), 10, 72);
    assertTensor(Traced.of(x -> x.max(1), X), dims(2), 5, 6);
    assertTensor(Traced.of(x -> x.maxKeepDims(1), X), dims(2, 1), 5, 6);
    assertTensor(Traced.of(Value::min, X), dims(), 1);
    assertTensor(Traced.of(x -> x.minKeepDims(0), X), dims(1, 3), 1, 3, 2);
    assertTensor(Traced.of(x -> x.variance(0), X), dims(3), 2.25, 1, 4);
    assertTensor(Traced.of(x -> x.varianceKeepDims(0), X), dims(1, 3), 2.25, 1, 4);
  }

  @Test
  void a_scalar_reduces_to_itself() {
    assertTensor(Traced.of(Value::sum, Tensor.scalar(3)), dims(), 3);
    assertTensor(Traced.of(Value::mean, Tensor.scalar(3)), dims(), 3);
  }

  @Test
  void an_empty_sum_is_0() {
    assertTensor(Traced.of(x -> x.sum(0), Tensor.of(new double[0], 0, 2)), dims(2), 0, 0);
  }

  @Test
  void places_of_extrema_are_the_first() {
    Tensor ties = Tensor.of(new double[] {1, 5, 5, 0, 3, 0}, 2, 3);
    Tensor largest = Traced.of(x -> x.argmax(-1), ties);
    assertEquals(DType.I32, largest.dtype());
    assertArrayEquals(new long[] {1, 1}, largest.toLongs());
    assertArrayEquals(new long[] {0, 0}, Traced.of(x -> x.argmin(1), ties).toLongs());
  }

  @Test
  void running_reductions() {
    assertTensor(Traced.of(x -> x.cumsum(1), X), dims(2, 3), 1, 6, 8, 4, 7, 13);
    assertTensor(Traced.of(x -> x.cumsum(-1, true), X), dims(2, 3), 8, 7, 2, 13, 9, 6);
    assertTensor(Traced.of(x -> x.cumprod(0), X), dims(2, 3), 1, 5, 2, 4, 15, 12);
    assertTensor(Traced.of(x -> x.cumprod(1, true), X), dims(2, 3), 10, 10, 2, 72, 18, 6);
    assertTensor(Traced.of(x -> x.cummax(1), X), dims(2, 3), 1, 5, 5, 4, 4, 6);
    assertTensor(Traced.of(x -> x.cummax(1, true), X), dims(2, 3), 5, 5, 2, 6, 6, 6);
    assertTensor(Traced.of(x -> x.cummin(1), X), dims(2, 3), 1, 1, 1, 4, 3, 3);
    assertTensor(Traced.of(x -> x.cummin(0, true), X), dims(2, 3), 1, 3, 2, 4, 3, 6);
  }

  @Test
  void axes_are_checked() {
    assertMessage(
        "sum: axis 2 is out of range for a value of rank 2", in -> in.getFirst().sum(2), X);
    assertMessage("max: axis 1 occurs twice in [1, -1]", in -> in.getFirst().max(1, -1), X);
    assertMessage(
        "argmax: axis -3 is out of range for a value of rank 2", in -> in.getFirst().argmax(-3), X);
  }

  @Test
  void means_need_floating_point() {
    assertMessage(
        "mean: needs a floating-point dtype, not i32",
        in -> in.getFirst().mean(),
        Tensor.of(new int[] {1}, 1));
  }
}
