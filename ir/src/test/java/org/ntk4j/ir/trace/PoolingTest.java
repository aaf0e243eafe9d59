package org.ntk4j.ir.trace;

import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.range;

import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;

class PoolingTest {
  private static final Tensor X = Tensor.of(new double[] {3, -1, 4, 1, -5}, 1, 5, 1);

  @Test
  void windows_slide_over_the_spatial_axes() {
    assertTensor(Traced.of(x -> x.pool(2).sum(), X), dims(1, 4, 1), 2, 3, 5, -4);
    assertTensor(Traced.of(x -> x.pool(2).mean(), X), dims(1, 4, 1), 1, 1.5, 2.5, -2);
    assertTensor(Traced.of(x -> x.pool(2).max(), X), dims(1, 4, 1), 3, 4, 4, 1);
    assertTensor(Traced.of(x -> x.pool(2).min(), X), dims(1, 4, 1), -1, -1, 1, -5);
    assertTensor(Traced.of(x -> x.pool(2).strides(2).sum(), X), dims(1, 2, 1), 2, 5);
  }

  @Test
  void padding_counts_as_0_in_sums_and_never_wins() {
    assertTensor(
        Traced.of(x -> x.pool(3).padding(Padding.SAME).sum(), X), dims(1, 5, 1), 2, 6, 4, 0, -4);
    assertTensor(
        Traced.of(x -> x.pool(3).padding(Padding.SAME).meanWithin(), X),
        dims(1, 5, 1),
        1,
        2,
        4 / 3.0,
        0,
        -2);
    Tensor negative = Tensor.of(new double[] {-3, -2}, 1, 2, 1);
    assertTensor(
        Traced.of(x -> x.pool(3).padding(Padding.SAME).max(), negative), dims(1, 2, 1), -2, -2);
    assertTensor(
        Traced.of(x -> x.pool(3).strides(2).padding(Padding.SAME).sum(), X),
        dims(1, 3, 1),
        2,
        4,
        -4);
    assertTensor(
        Traced.of(x -> x.pool(3).padding(Padding.CIRCULAR).sum(), X),
        dims(1, 5, 1),
        -3,
        6,
        4,
        0,
        -1);
  }

  @Test
  void both_layouts() {
    assertTensor(Traced.of(x -> x.pool(2, 2).sum(), range(1, 2, 2, 2)), dims(1, 1, 1, 2), 12, 16);
    assertTensor(
        Traced.of(x -> x.pool(2, 2).channelsFirst().sum(), range(1, 2, 2, 2)),
        dims(1, 2, 1, 1),
        6,
        22);
  }

  @Test
  void a_window_needs_a_size_for_each_spatial_axis() {
    assertMessage(
        "pool: window [2]; 2 positive numbers are needed",
        in -> in.getFirst().pool(2).sum(),
        range(1, 2, 2, 1));
  }
}
