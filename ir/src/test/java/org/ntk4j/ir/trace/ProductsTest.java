package org.ntk4j.ir.trace;

import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.range;
import static org.ntk4j.ir.trace.Traced.vector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

class ProductsTest {
  @Test
  void matmul_of_matrices_and_vectors() {
    Tensor x = range(2, 3);
    Tensor y = range(3, 2);
    assertTensor(one(in -> in.get(0).matmul(in.get(1)), x, y), dims(2, 2), 10, 13, 28, 40);
    assertTensor(one(in -> in.get(0).matmul(in.get(1)), x, vector(1, 0, 2)), dims(2), 4, 13);
    assertTensor(one(in -> in.get(1).matmul(in.get(0)), y, vector(1, 0, 2)), dims(2), 8, 11);
    assertTensor(one(in -> in.get(0).matmul(in.get(0)), vector(1, 0, 2)), dims(), 5);
  }

  @ParameterizedTest
  @CsvSource({
    "5x2x3, 3x4, 5x2x4",
    "2x3, 5x3x4, 5x2x4",
    "5x2x3, 5x3x4, 5x2x4",
    "5x1x2x3, 6x3x4, 5x6x2x4",
    "1x2x3, 6x3x4, 6x2x4",
    "5x2x3, 3, 5x2",
    "3, 5x3x4, 5x4",
    "1x1x3, 1x3x1, 1x1x1",
    "0x2x3, 3x4, 0x2x4",
  })
  void matmul_broadcasts_leading_axes(String left, String right, String expected) {
    Tensor x = range(sizes(left));
    Tensor y = range(sizes(right));
    Tensor z = one(in -> in.get(0).matmul(in.get(1)), x, y);
    assertTensor(z, sizes(expected), bruteForce(x, y, Shape.of(sizes(expected))));
  }

  private static long[] sizes(String text) {
    return java.util.Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray();
  }

  private static double[] bruteForce(Tensor x, Tensor y, Shape result) {
    boolean row = x.rank() == 1;
    boolean column = y.rank() == 1;
    long k = x.shape().dim(x.rank() - 1);
    long m = row ? 1 : x.shape().dim(x.rank() - 2);
    long n = column ? 1 : y.shape().dim(y.rank() - 1);
    long batch = m * n == 0 ? 0 : result.size() / (m * n);
    double[] z = new double[(int) result.size()];
    Shape batchShape = result.subShape(0, result.rank() - (row ? 0 : 1) - (column ? 0 : 1));
    for (long b = 0; b < batch; b++) {
      long xb = batchOffset(x, row ? 1 : 2, batchShape, b) * m * k;
      long yb = batchOffset(y, column ? 1 : 2, batchShape, b) * k * n;
      for (long i = 0; i < m; i++) {
        for (long j = 0; j < n; j++) {
          for (long l = 0; l < k; l++) {
            z[(int) ((b * m + i) * n + j)] +=
                x.getDouble(xb + i * k + l) * y.getDouble(yb + l * n + j);
          }
        }
      }
    }
    return z;
  }

  private static long batchOffset(Tensor t, int inner, Shape batch, long index) {
    long offset = 0;
    long stride = 1;
    long rest = index;
    for (int back = 1; back <= batch.rank(); back++) {
      long at = rest % batch.dim(batch.rank() - back);
      rest /= batch.dim(batch.rank() - back);
      int axis = t.rank() - inner - back;
      if (axis >= 0) {
        offset += t.shape().dim(axis) == 1 ? 0 : at * stride;
        stride *= t.shape().dim(axis);
      }
    }
    return offset;
  }

  @Test
  void a_matrix_without_batch_axes_is_contracted_as_it_is() {
    org.ntk4j.ir.Program p =
        Traced.program(
            in -> in.get(0).matmul(in.get(1)),
            Aval.of(DType.F32, 5, 2, 3),
            Aval.of(DType.F32, 3, 4));
    org.junit.jupiter.api.Assertions.assertEquals(1, p.equations().size());
  }

  @Test
  void matmul_errors() {
    assertMessage(
        "matmul: the contracted axes have sizes 3 and 2 in f64[2,3] and f64[2,3]",
        in -> in.get(0).matmul(in.get(0)),
        range(2, 3));
    assertMessage(
        "matmul: the operands f64[] and f64[] must not be scalars",
        in -> in.get(0).matmul(in.get(0)),
        Tensor.scalar(1));
    assertMessage(
        "matmul: axis 0 of operand 1 has size 5 where another operand has 4;"
            + " operands: [f64[4,2,3], f64[5,3,2]]",
        in -> in.get(0).matmul(in.get(1)),
        range(4, 2, 3),
        range(5, 3, 2));
  }

  @Test
  void dot_and_outer() {
    assertTensor(
        one(in -> in.get(0).dot(in.get(1)), range(1, 2), range(2, 2, 1)), dims(1, 2, 1), 1, 3);
    assertTensor(one(in -> in.get(0).dot(in.get(1)), range(2, 2), vector(1, 1)), dims(2), 1, 5);
    assertTensor(one(in -> in.get(0).dot(in.get(1)), range(2), Tensor.scalar(3)), dims(2), 0, 3);
    assertTensor(
        one(in -> in.get(0).outer(in.get(1)), vector(1, 2), vector(3, 4)), dims(2, 2), 3, 4, 6, 8);
  }

  @Test
  void solves_positive_definite_systems() {
    Tensor a = Tensor.of(new double[] {4, 2, 2, 3}, 2, 2);
    assertTensor(Traced.of(Value::cholesky, a), dims(2, 2), 2, 0, 1, Math.sqrt(2));
    Tensor b = Tensor.of(new double[] {8, 7}, 2, 1);
    assertTensor(one(in -> in.get(0).positiveSolve(in.get(1)), a, b), dims(2, 1), 1.25, 1.5);
    Tensor lower = Tensor.of(new double[] {2, 99, 1, 4}, 2, 2);
    assertTensor(
        one(in -> in.get(0).triangularSolve(in.get(1), true, false), lower, b),
        dims(2, 1),
        4,
        0.75);
    assertTensor(
        one(in -> in.get(0).triangularSolve(in.get(1), true, true), lower, b),
        dims(2, 1),
        3.125,
        1.75);
  }
}
