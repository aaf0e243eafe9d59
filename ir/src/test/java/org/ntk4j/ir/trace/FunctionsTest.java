package org.ntk4j.ir.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.trace.Traced.assertMessage;
import static org.ntk4j.ir.trace.Traced.assertTensor;
import static org.ntk4j.ir.trace.Traced.dims;
import static org.ntk4j.ir.trace.Traced.one;
import static org.ntk4j.ir.trace.Traced.vector;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;

class FunctionsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static void agree(UnaryOperator<Value> fn, DoubleUnaryOperator expected) {
    double[] x = {-8, -3.5, -1, -0.2, 0, 0.2, 1, 3.5, 8};
    Tensor y = Traced.of(fn::apply, vector(x));
    assertTensor(y, dims(x.length), Arrays.stream(x).map(expected).toArray());
  }

  @Test
  void activations() {
    agree(Functions::relu, x -> Math.max(x, 0));
    agree(Functions::relu6, x -> Math.min(Math.max(x, 0), 6));
    agree(x -> Functions.leakyRelu(x, 0.1), x -> x > 0 ? x : 0.1 * x);
    agree(x -> Functions.elu(x, 2), x -> x > 0 ? x : 2 * (Math.exp(x) - 1));
    agree(
        Functions::selu,
        x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)));
    agree(
        Functions::geluTanh,
        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
    agree(Functions::silu, x -> x / (1 + Math.exp(-x)));
    agree(Functions::softplus, x -> Math.log(1 + Math.exp(x)));
    agree(Functions::logLogistic, x -> -Math.log(1 + Math.exp(-x)));
    agree(Functions::hardSigmoid, x -> Math.min(Math.max(x + 3, 0), 6) / 6);
    agree(Functions::hardSwish, x -> x * Math.min(Math.max(x + 3, 0), 6) / 6);
    agree(Functions::mish, x -> x * Math.tanh(Math.log(1 + Math.exp(x))));
  }

  @Test
  void gelu_is_x_times_the_normal_distribution() {
    // Φ(1) and Φ(-3) from tables.
    assertTensor(
        Traced.of(Functions::gelu, vector(0, 1, -3)),
        dims(3),
        0,
        0.841344746068543,
        -3 * 0.00134989803163009);
  }

  @Test
  void activations_pass_nan_on() {
    assertTensor(Traced.of(Functions::relu, vector(NAN, -INF, INF)), dims(3), NAN, 0, INF);
    assertTensor(Traced.of(Functions::relu6, vector(NAN, -INF, INF)), dims(3), NAN, 0, 6);
    assertTensor(
        Traced.of(x -> Functions.leakyRelu(x, 0.5), vector(NAN, -INF)), dims(2), NAN, -INF);
    assertTensor(
        Traced.of(x -> Functions.elu(x, 1), vector(NAN, -INF, INF)), dims(3), NAN, -1, INF);
    assertTensor(Traced.of(x -> x.clip(0, 1), vector(NAN, -INF, INF)), dims(3), NAN, 0, 1);
  }

  @Test
  void softmax_of_large_numbers() {
    assertTensor(
        Traced.of(x -> Functions.softmax(x, -1), vector(1e30, 1e30, -1e30)), dims(3), 0.5, 0.5, 0);
    assertTensor(
        Traced.of(x -> Functions.softmax(x, -1), vector(0, Math.log(3), -INF)),
        dims(3),
        0.25,
        0.75,
        0);
    assertTensor(Traced.of(x -> Functions.logSoftmax(x, -1), vector(1000, 0)), dims(2), 0, -1000);
    Tensor rows = Tensor.of(new double[] {0, 0, 0, Math.log(3)}, 2, 2);
    assertTensor(Traced.of(x -> Functions.softmax(x, 1), rows), dims(2, 2), 0.5, 0.5, 0.25, 0.75);
    assertTensor(Traced.of(x -> Functions.softmax(x, 0), rows), dims(2, 2), 0.5, 0.25, 0.5, 0.75);
  }

  @Test
  void log_sum_exp_at_the_extremes() {
    assertTensor(Traced.of(Functions::logSumExp, vector(1000, 1000)), dims(), 1000 + Math.log(2));
    assertTensor(Traced.of(Functions::logSumExp, vector(-INF, -INF)), dims(), -INF);
    assertTensor(Traced.of(Functions::logSumExp, vector(-INF, 3)), dims(), 3);
    assertTensor(Traced.of(Functions::logSumExp, vector(INF, 3)), dims(), INF);
    assertTensor(Traced.of(Functions::logSumExp, vector(NAN, 3)), dims(), NAN);
    Tensor rows = Tensor.of(new double[] {0, 0, -2000, -2000}, 2, 2);
    assertTensor(
        Traced.of(x -> Functions.logSumExp(x, -1), rows),
        dims(2),
        Math.log(2),
        -2000 + Math.log(2));
    assertTensor(
        Traced.of(x -> Functions.logSumExpKeepDims(x, -1), rows),
        dims(2, 1),
        Math.log(2),
        -2000 + Math.log(2));
  }

  @Test
  void normalization() {
    Tensor x = Tensor.of(new double[] {1, 3, 10, 10}, 2, 2);
    double s = 1 / Math.sqrt(1 + 1e-3);
    assertTensor(Traced.of(v -> Functions.standardize(v, 1e-3, -1), x), dims(2, 2), -s, s, 0, 0);
    assertTensor(
        one(
            in -> Functions.layerNorm(in.get(0), in.get(1), in.get(2), 1e-3, -1),
            x,
            vector(2, 3),
            vector(5, 7)),
        dims(2, 2),
        5 - 2 * s,
        7 + 3 * s,
        5,
        7);
  }

  @Test
  void one_hot_rows() {
    Tensor ids = Tensor.of(new int[] {2, -1, 0}, 3);
    Tensor y = Traced.of(x -> Functions.oneHot(x, 3, DType.F32), ids);
    assertEquals(DType.F32, y.dtype());
    assertTensor(y, dims(3, 3), 0, 0, 1, 0, 0, 0, 1, 0, 0);
    assertMessage(
        "oneHot: the ids have dtype f64",
        in -> Functions.oneHot(in.getFirst(), 3, DType.F32),
        vector(1));
  }

  @Test
  void losses_and_norms() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3), 0, 0}, 2, 2);
    Tensor target = Tensor.of(new double[] {0, 1, 1, 0}, 2, 2);
    assertTensor(
        one(in -> Functions.crossEntropy(in.get(0), in.get(1)), logits, target),
        dims(),
        -(Math.log(0.75) + Math.log(0.5)) / 2);
    assertTensor(
        Traced.of(x -> Functions.norm(x, -1), Tensor.of(new double[] {3, 4, 0, 0}, 2, 2)),
        dims(2),
        5,
        0);
    assertEquals(5e200, Traced.of(Functions::norm, vector(3e200, -4e200)).getDouble(0), 1e188);
    assertTensor(Traced.of(Functions::norm, vector(INF, 1)), dims(), INF);
    assertTensor(Traced.of(Functions::norm, vector(NAN, 1)), dims(), NAN);
    assertTensor(
        one(in -> Functions.sum(in.get(0), in.get(0), in.get(0)), vector(1, 2)), dims(2), 3, 6);
  }
}
