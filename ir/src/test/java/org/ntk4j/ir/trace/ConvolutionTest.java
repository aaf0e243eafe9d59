package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.range;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

class ConvolutionTest {
  private static Tensor random(long... dims) {
    Random random = new Random(Shape.of(dims).size());
    Tensor t = Tensor.zeros(DType.F64, Shape.of(dims));
    for (long i = 0; i < t.size(); i++) {
      t.setDouble(i, random.nextGaussian());
    }
    return t;
  }

  private static Tensor conv(Tensor x, Tensor w, UnaryOperator<Convolution> options) {
    return one(in -> options.apply(in.get(0).conv(in.get(1))).value(), x, w);
  }

  /// `y[n,p,q,o] = Σ x[n, s p + d t - lo, .., i] w[t, u, i, o]` for two spatial axes, zero outside.
  private static double[] bruteForce(
      Tensor x, Tensor w, long stride, long dilation, long[] lo, Shape result) {
    double[] y = new double[(int) result.size()];
    long groups = x.shape().dim(3) / w.shape().dim(2);
    long outPerGroup = w.shape().dim(3) / groups;
    for (int at = 0; at < y.length; at++) {
      long o = at % result.dim(3);
      long q = at / result.dim(3) % result.dim(2);
      long p = at / (result.dim(3) * result.dim(2)) % result.dim(1);
      long n = at / (result.dim(3) * result.dim(2) * result.dim(1));
      for (long t = 0; t < w.shape().dim(0); t++) {
        for (long u = 0; u < w.shape().dim(1); u++) {
          long row = stride * p + dilation * t - lo[0];
          long column = stride * q + dilation * u - lo[1];
          if (row < 0 || row >= x.shape().dim(1) || column < 0 || column >= x.shape().dim(2)) {
            continue;
          }
          for (long i = 0; i < w.shape().dim(2); i++) {
            long channel = o / outPerGroup * w.shape().dim(2) + i;
            y[at] +=
                x.getDouble(
                        ((n * x.shape().dim(1) + row) * x.shape().dim(2) + column)
                                * x.shape().dim(3)
                            + channel)
                    * w.getDouble(
                        ((t * w.shape().dim(1) + u) * w.shape().dim(2) + i) * w.shape().dim(3) + o);
          }
        }
      }
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, VALID, 0, 0, 3, 5",
    "1, 1, 1, SAME, 1, 0, 5, 6",
    "2, 1, 1, SAME, 1, 0, 3, 3",
    "1, 2, 1, SAME, 2, 1, 5, 6",
    "2, 1, 2, VALID, 0, 0, 2, 3",
  })
  void two_dimensions_agree_with_loops(
      long stride, long dilation, long groups, String border, long lo, long lo2, long h, long w) {
    Tensor x = random(2, 5, 6, 4);
    Tensor kernel = random(3, 2, 4 / groups, 6);
    Padding padding = border.equals("SAME") ? Padding.SAME : Padding.VALID;
    Tensor y =
        conv(
            x,
            kernel,
            c ->
                c.strides(stride, stride)
                    .dilations(dilation, dilation)
                    .groups(groups)
                    .padding(padding));
    Shape shape = Shape.of(2, h, w, 6);
    assertTensor(
        y, dims(2, h, w, 6), bruteForce(x, kernel, stride, dilation, new long[] {lo, lo2}, shape));
  }

  @Test
  void explicit_padding_may_cut() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 1, 4, 1);
    Tensor w = Tensor.of(new double[] {1, 10}, 2, 1, 1);
    assertTensor(
        conv(x, w, c -> c.padding(Padding.of(List.of(1L), List.of(-1L)))),
        dims(1, 3, 1),
        10,
        21,
        32);
  }

  @Test
  void circular_padding_reads_the_other_end() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 1, 4, 1);
    Tensor w = Tensor.of(new double[] {1, 10, 100}, 3, 1, 1);
    assertTensor(conv(x, w, c -> c.padding(Padding.CIRCULAR)), dims(1, 4, 1), 214, 321, 432, 143);
  }

  @Test
  void channels_first_is_the_transposed_layout() {
    Tensor x = random(2, 5, 6, 4);
    Tensor w = random(3, 2, 4, 3);
    Tensor last = conv(x, w, c -> c.padding(Padding.SAME));
    Tensor first =
        one(
            in ->
                in.get(0)
                    .transpose(0, 3, 1, 2)
                    .conv(in.get(1).transpose(3, 2, 0, 1))
                    .channelsFirst()
                    .padding(Padding.SAME)
                    .value()
                    .transpose(0, 2, 3, 1),
            x,
            w);
    assertTensor(first, dims(2, 5, 6, 3), last.toDoubles());
  }

  @Test
  void transposed_convolutions_spread_the_operand() {
    Tensor x = Tensor.of(new double[] {1, 2}, 1, 2, 1);
    Tensor w = Tensor.of(new double[] {1, 10, 100}, 3, 1, 1);
    // The kernel is not flipped: the spread operand 1 0 2 is correlated with it.
    assertTensor(conv(x, w, c -> c.transposed().strides(2)), dims(1, 5, 1), 100, 10, 201, 20, 2);
    Tensor same = conv(x, w, c -> c.transposed().strides(2).padding(Padding.SAME));
    assertEquals(Shape.of(1, 4, 1), same.shape());
    assertTensor(same, dims(1, 4, 1), 10 * 0 + 100, 10, 201, 20);
    assertTensor(
        conv(x, w, c -> c.transposed().strides(2).padding(Padding.of(List.of(0L), List.of(0L)))),
        dims(1, 1, 1),
        201);
  }

  @Test
  void transposed_same_padding_multiplies_the_size() {
    for (long kernel = 1; kernel <= 5; kernel++) {
      for (long stride = 1; stride <= 4; stride++) {
        long step = stride;
        Tensor y =
            conv(
                range(1, 3, 1),
                range(kernel, 1, 1),
                c -> c.transposed().strides(step).padding(Padding.SAME));
        assertEquals(Shape.of(1, 3 * stride, 1), y.shape());
      }
    }
  }

  @Test
  void one_and_three_dimensions() {
    Tensor x = range(1, 2, 2, 2, 1);
    Tensor w = Tensor.of(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, 2, 2, 2, 1, 1);
    assertTensor(conv(x, w, c -> c), dims(1, 1, 1, 1, 1), 28);
    assertTensor(conv(range(1, 3, 1), range(2, 1, 1), c -> c), dims(1, 2, 1), 1, 2);
  }

  @Test
  void errors() {
    assertMessage(
        "conv: the operand f64[1,3,1] and the kernel f64[2,1] need equal ranks from 3 to 5",
        in -> in.get(0).conv(in.get(1)).value(),
        range(1, 3, 1),
        range(2, 1));
    assertMessage(
        "conv: strides [1, 1]; 1 positive numbers are needed",
        in -> in.get(0).conv(in.get(1)).strides(1, 1).value(),
        range(1, 3, 1),
        range(2, 1, 1));
    assertMessage(
        "conv: a transposed convolution has no circular padding",
        in -> in.get(0).conv(in.get(1)).transposed().padding(Padding.CIRCULAR).value(),
        range(1, 3, 1),
        range(2, 1, 1));
    assertMessage(
        "padding: 1 amounts for 2 spatial axes",
        in -> in.get(0).conv(in.get(1)).padding(Padding.of(List.of(1L), List.of(1L))).value(),
        range(1, 3, 3, 1),
        range(2, 2, 1, 1));
  }
}
