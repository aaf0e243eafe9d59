package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.models.Run.KEY;
import static org.ntk4j.models.Run.assertMessage;
import static org.ntk4j.models.Run.assertShape;
import static org.ntk4j.models.Run.assertTensor;
import static org.ntk4j.models.Run.evaluate;
import static org.ntk4j.models.Run.init;
import static org.ntk4j.models.Run.meanSquare;
import static org.ntk4j.models.Run.random;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;

class DenseTest {
  private static double[] affine(Tensor x, Tensor w, Tensor b, double wScale, double bScale) {
    int in = (int) w.shape().dim(0);
    int out = (int) w.shape().dim(1);
    int rows = (int) (x.size() / in);
    double[] y = new double[rows * out];
    for (int n = 0; n < rows; n++) {
      for (int o = 0; o < out; o++) {
        y[n * out + o] = bScale * b.getDouble(o);
        for (int i = 0; i < in; i++) {
          y[n * out + o] += wScale * x.getDouble(n * in + i) * w.getDouble(i * out + o);
        }
      }
    }
    return y;
  }

  @Test
  void the_ntk_parameterization_scales_in_the_formula() {
    Layer layer = Stax.dense(3, Weights.ntk(1.5, 0.2));
    Tensor x = random(1, 2, 4);
    Tree<Tensor> params = init(layer, x);
    assertEquals(List.of("w", "b"), params.paths());
    double[] y =
        affine(x, params.get("w").value(), params.get("b").value(), 1.5 / Math.sqrt(4), 0.2);
    assertTensor(evaluate(layer, params, x), Shape.of(2, 3), y);
  }

  @Test
  void the_standard_parameterization_does_not() {
    Layer layer = Stax.dense(3, Weights.standard(1.5, 0.2));
    Tensor x = random(1, 2, 4);
    Tree<Tensor> params = init(layer, x);
    double[] y = affine(x, params.get("w").value(), params.get("b").value(), 1, 1);
    assertTensor(evaluate(layer, params, x), Shape.of(2, 3), y);
  }

  @Test
  void first_parameters_have_the_stated_variance() {
    Tensor x = random(1, 1, 100);
    double tolerance = 4 * Math.sqrt(2.0 / 20_000);
    Tree<Tensor> ntk = init(Stax.dense(200, Weights.ntk(3, 0.5)), x);
    assertEquals(1, meanSquare(ntk.get("w").value()), tolerance);
    assertEquals(1, meanSquare(ntk.get("b").value()), 4 * Math.sqrt(2.0 / 200));
    Tree<Tensor> standard = init(Stax.dense(200, Weights.standard(3, 0.5)), x);
    assertEquals(0.09, meanSquare(standard.get("w").value()), 0.09 * tolerance);
    assertEquals(0.25, meanSquare(standard.get("b").value()), 0.25 * 4 * Math.sqrt(2.0 / 200));
  }

  @ParameterizedTest
  @EnumSource
  void both_parameterizations_have_outputs_of_one_variance(Parameterization parameterization) {
    Tensor x = random(3, 1, 300);
    Layer layer = Stax.dense(4000, new Weights(1.4, 0.6, parameterization));
    double expected = 1.4 * 1.4 * meanSquare(x) + 0.36;
    assertEquals(expected, meanSquare(evaluate(layer, x)), expected * 4 * Math.sqrt(2.0 / 4000));
  }

  @Test
  void without_bias_there_is_no_bias_parameter() {
    assertEquals(List.of("w"), init(Stax.dense(3), random(1, 2, 4)).paths());
    assertShape(Stax.dense(3), random(1, 2, 5, 4), 2, 5, 3);
  }

  @Test
  void parameters_have_the_dtype_of_the_input() {
    Layer.Initialized first = Stax.dense(3).init(KEY, Aval.of(DType.F32, 2, 4));
    assertEquals(Aval.of(DType.F32, 2, 3), first.output().value());
    assertEquals(DType.F32, first.params().get("w").value().dtype());
  }

  @Test
  void embedding_looks_rows_up() {
    Layer layer = Stax.embedding(5, 2, Weights.ntk(3, 0), DType.F64);
    Tensor ids = Tensor.of(new int[] {4, 0, 4, 7}, 2, 2);
    Tree<Tensor> params = init(layer, ids);
    double[] t = params.get("table").value().toDoubles();
    assertTensor(
        evaluate(layer, params, ids),
        Shape.of(2, 2, 2),
        3 * t[8],
        3 * t[9],
        3 * t[0],
        3 * t[1],
        3 * t[8],
        3 * t[9],
        0,
        0);
    assertEquals(DType.F32, init(Stax.embedding(5, 2), ids).get("table").value().dtype());
  }

  @Test
  void errors() {
    assertMessage(
        "dense: the input is f64[3], but needs at least 2 axes, the example axis first and the"
            + " channel axis last",
        () -> init(Stax.dense(2), random(1, 3)));
    assertMessage(
        "dense: the input is i32[1,1], but needs a floating-point dtype",
        () -> init(Stax.dense(2), Tensor.of(new int[] {1}, 1, 1)));
    assertMessage("dense: the number of features is 0; it must be positive", () -> Stax.dense(0));
    assertMessage("weights: wStd is -1.0; it must be positive", () -> Weights.ntk(-1, 0));
    assertMessage("weights: bStd is -1.0; it must not be negative", () -> Weights.ntk(1, -1));
    assertMessage(
        "embedding: the input is f64[1,1], but needs an integer dtype and at least one axis",
        () -> init(Stax.embedding(2, 2), random(1, 1, 1)));
    assertMessage(
        "embedding: has no biases, but bStd is 1.0",
        () -> Stax.embedding(2, 2, Weights.ntk(1, 1), DType.F32));
  }
}
