package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.range;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class IndexingTest {
  private static final Tensor X = range(3, 4);

  @Test
  void slices() {
    assertTensor(Traced.of(x -> x.slice(0, 1, 3), X), dims(2, 4), 4, 5, 6, 7, 8, 9, 10, 11);
    assertTensor(Traced.of(x -> x.slice(-1, 0, 4, 3), X), dims(3, 2), 0, 3, 4, 7, 8, 11);
    assertTensor(Traced.of(x -> x.slice(1, -2, -1), X), dims(3, 1), 2, 6, 10);
    assertTensor(
        Traced.of(x -> x.slice(List.of(0L, 1L), List.of(3L, 4L), List.of(2L, 2L)), X),
        dims(2, 2),
        1,
        3,
        9,
        11);
    assertTensor(Traced.of(x -> x.get(0, 1), X), dims(4), 4, 5, 6, 7);
    assertTensor(Traced.of(x -> x.get(1, -1), X), dims(3), 3, 7, 11);
    assertMessage(
        "get: index 3 is out of range for axis 0 of f64[3,4]", in -> in.getFirst().get(0, 3), X);
  }

  @Test
  void dynamic_slices_are_clamped() {
    Tensor start = Tensor.of(new int[] {2, 1}, 2);
    assertTensor(
        one(in -> in.get(0).dynamicSlice(in.get(1), Shape.of(2, 2)), X, start),
        dims(2, 2),
        5,
        6,
        9,
        10);
    assertTensor(
        one(
            in -> in.get(0).dynamicUpdateSlice(in.get(2), in.get(1)),
            range(2, 2),
            Tensor.of(new int[] {1, 5}, 2),
            Tensor.of(new double[] {-1}, 1, 1)),
        dims(2, 2),
        0,
        1,
        2,
        -1);
    Tensor two = Tensor.of(new long[] {2});
    assertTensor(one(in -> in.get(0).dynamicGet(1, in.get(1)), X, two), dims(3), 2, 6, 10);
    assertTensor(one(in -> in.get(0).dynamicGet(0, in.get(1)), X, two), dims(4), 8, 9, 10, 11);
    assertMessage(
        "dynamicGet: the index is f64[], not an integer scalar",
        in -> in.get(0).dynamicGet(0, in.get(1)),
        X,
        Tensor.scalar(1));
  }

  @Test
  void gathers_rows_and_columns() {
    Tensor ids = Tensor.of(new int[] {2, 0, 0, 9}, 2, 2);
    assertTensor(one(in -> in.get(0).take(in.get(1)), range(3, 1), ids), dims(2, 2, 1), 2, 0, 0, 0);
    assertTensor(
        one(in -> in.get(0).gather(in.get(1), -1), X, Tensor.of(new int[] {3, 1}, 2)),
        dims(3, 2),
        3,
        1,
        7,
        5,
        11,
        9);
  }

  @Test
  void take_along_axis_reads_one_id_for_each_position() {
    Tensor rows = Tensor.of(new int[] {3, 0, 1}, 3, 1);
    assertTensor(one(in -> in.get(0).takeAlongAxis(in.get(1), 1), X, rows), dims(3, 1), 3, 4, 9);
    Tensor columns = Tensor.of(new int[] {2, 1, 0, 0, 1, 1, 1, 2}, 2, 4);
    assertTensor(
        one(in -> in.get(0).takeAlongAxis(in.get(1), 0), X, columns),
        dims(2, 4),
        8,
        5,
        2,
        3,
        4,
        5,
        6,
        11);
    assertMessage(
        "takeAlongAxis: ids [3,1] and values [3,4] differ on an axis other than 0",
        in -> in.get(0).takeAlongAxis(in.get(1), 0),
        X,
        rows);
  }

  @Test
  void scatter_adds_repeated_ids() {
    Tensor ids = Tensor.of(new int[] {1, 1, 7}, 3);
    Tensor u = vector(10, 20, 30);
    assertTensor(
        one(in -> in.get(0).scatterAdd(in.get(1), in.get(2), 0), range(2), ids, u), dims(2), 0, 31);
    Tensor rows = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertTensor(
        one(in -> in.get(1).segmentSum(in.get(0), 1, 2), ids, rows), dims(2, 2), 0, 3, 0, 9);
  }

  @Test
  void sorts_stably_along_an_axis() {
    Tensor x = Tensor.of(new double[] {3, 1, 2, 1, Double.NaN, 0}, 2, 3);
    assertTensor(Traced.of(v -> v.sort(1), x), dims(2, 3), 1, 2, 3, 0, 1, Double.NaN);
    assertTensor(Traced.of(v -> v.sort(0), x), dims(2, 3), 1, 1, 0, 3, Double.NaN, 2);
    assertArrayEquals(new long[] {1, 2, 0, 2, 0, 1}, Traced.of(v -> v.argsort(-1), x).toLongs());
    assertTensor(Traced.of(v -> v.sort(0, true), vector(1, 3, 2)), dims(3), 3, 2, 1);
    assertArrayEquals(
        new long[] {1, 2, 0},
        Traced.of(v -> v.sortWithIndices(0, true).indices(), vector(1, 3, 2)).toLongs());
  }

  @Test
  void top_k_descends() {
    Tensor x = Tensor.of(new double[] {3, 1, 2, 5, 5, 0}, 2, 3);
    assertTensor(Traced.of(v -> v.topK(2).values(), x), dims(2, 2), 3, 2, 5, 5);
    assertArrayEquals(new long[] {0, 2, 0, 1}, Traced.of(v -> v.topK(2).indices(), x).toLongs());
  }
}
