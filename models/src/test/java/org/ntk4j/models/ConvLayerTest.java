package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.ntk4j.ir.trace.Padding;

class ConvLayerTest {
  @Test
  void a_window_of_one_is_a_dense_layer() {
    Tensor x = random(1, 2, 3, 4, 5);
    Weights weights = Weights.ntk(1.3, 0.4);
    Tree<Tensor> params = init(Stax.conv(6, 1, 1).weights(weights), x);
    Tree<Tensor> dense =
        Tree.map(
            "w", Tree.of(params.get("w").value().reshape(Shape.of(5, 6))), "b", params.get("b"));
    assertTensor(
        evaluate(Stax.conv(6, 1, 1).weights(weights), params, x),
        Shape.of(2, 3, 4, 6),
        evaluate(Stax.dense(6, weights), dense, x).toDoubles());
  }

  @Test
  void one_dimension_agrees_with_loops() {
    Tensor x = random(1, 2, 7, 3);
    ConvLayer layer =
        Stax.conv(4, 3)
            .strides(2)
            .padding(Padding.of(List.of(1L), List.of(0L)))
            .weights(Weights.ntk(2, 0.5));
    Tree<Tensor> params = init(layer, x);
    Tensor w = params.get("w").value();
    double[] y = new double[2 * 3 * 4];
    for (int n = 0; n < 2; n++) {
      for (int p = 0; p < 3; p++) {
        for (int o = 0; o < 4; o++) {
          double sum = 0;
          for (int t = 0; t < 3; t++) {
            int at = 2 * p + t - 1;
            for (int i = 0; at >= 0 && i < 3; i++) {
              sum += x.getDouble((n * 7 + at) * 3 + i) * w.getDouble((t * 3 + i) * 4 + o);
            }
          }
          y[(n * 3 + p) * 4 + o] =
              2 / Math.sqrt(9) * sum + 0.5 * params.get("b").value().getDouble(o);
        }
      }
    }
    assertTensor(evaluate(layer, params, x), Shape.of(2, 3, 4), y);
  }

  @Test
  void shapes() {
    assertShape(Stax.conv(6, 3, 3), random(1, 2, 5, 7, 4), 2, 3, 5, 6);
    assertShape(Stax.conv(6, 3, 3).padding(Padding.SAME), random(1, 2, 5, 7, 4), 2, 5, 7, 6);
    assertShape(Stax.conv(6, 3, 3).padding(Padding.CIRCULAR), random(1, 2, 5, 7, 4), 2, 5, 7, 6);
    assertShape(Stax.conv(6, 3, 3).dilations(2, 1), random(1, 2, 5, 7, 4), 2, 1, 5, 6);
    assertShape(Stax.conv(6, 2, 2, 2), random(1, 2, 3, 3, 3, 1), 2, 2, 2, 2, 6);
    assertShape(Stax.conv(6, 3, 3).groups(2), random(1, 2, 5, 7, 4), 2, 3, 5, 6);
    assertShape(Stax.convTranspose(6, 3).strides(2), random(1, 2, 5, 4), 2, 11, 6);
    assertShape(
        Stax.convTranspose(6, 3).strides(2).padding(Padding.SAME), random(1, 2, 5, 4), 2, 10, 6);
    assertEquals(
        Shape.of(3, 3, 2, 6),
        init(Stax.conv(6, 3, 3).groups(2), random(1, 2, 5, 7, 4)).get("w").value().shape());
  }

  @ParameterizedTest
  @EnumSource
  void fan_in_counts_the_window_and_the_group(Parameterization parameterization) {
    Tensor x = random(2, 1, 5, 5, 64);
    Layer layer = Stax.conv(2000, 5, 5).groups(2).weights(new Weights(1.5, 0, parameterization));
    double expected = 2.25 * meanSquare(x);
    assertEquals(
        expected, meanSquare(evaluate(layer, x)), expected * (4 * Math.sqrt(2.0 / 2000) + 0.05));
  }

  @Test
  void a_local_convolution_with_equal_weights_everywhere_is_a_convolution() {
    Tensor x = random(1, 2, 5, 6, 3);
    Weights weights = Weights.ntk(1.3, 0.4);
    for (Padding padding : List.of(Padding.VALID, Padding.SAME, Padding.CIRCULAR)) {
      ConvLayer shared = Stax.conv(4, 3, 2).strides(2, 1).padding(padding).weights(weights);
      Layer local = Stax.convLocal(4, List.of(3L, 2L), List.of(2L, 1L), padding, weights);
      Tree<Tensor> params = init(shared, x);
      Tree<Tensor> repeated =
          Tree.zip(init(local, x), params, (big, small) -> repeat(small, big.shape()));
      Tensor y = evaluate(shared, params, x);
      assertTensor(evaluate(local, repeated, x), y.shape(), y.toDoubles());
    }
  }

  private static Tensor repeat(Tensor x, Shape shape) {
    Tensor y = Tensor.zeros(DType.F64, shape);
    for (long i = 0; i < y.size(); i++) {
      y.setDouble(i, x.getDouble(i % x.size()));
    }
    return y;
  }

  @Test
  void local_weights_are_used_at_their_own_position() {
    Tensor x = Tensor.of(new double[] {1, 2, 3}, 1, 3, 1);
    Layer local =
        Stax.convLocal(1, List.of(2L), List.of(1L), Padding.VALID, Weights.standard(1, 0));
    Tree<Tensor> params =
        Tree.map("w", Tree.of(Tensor.of(new double[] {1, 10, 100, 1000}, 2, 2, 1, 1)));
    assertTensor(evaluate(local, params, x), Shape.of(1, 2, 1), 21, 3200);
  }

  @Test
  void errors() {
    assertMessage(
        "conv: the input is f64[1,3,3], but needs at least 4 axes, the example axis first and the"
            + " channel axis last",
        () -> init(Stax.conv(2, 3, 3), random(1, 1, 3, 3)));
    assertMessage(
        "conv: the input is f64[1,3,3,3], but needs 3 axes",
        () -> init(Stax.conv(2, 3), random(1, 1, 3, 3, 3)));
    assertMessage("conv: 3 features do not make 2 equal groups", () -> Stax.conv(3, 1).groups(2));
    assertMessage(
        "conv: the 3 channels of f64[1,3,3] do not make 2 equal groups",
        () -> init(Stax.conv(4, 1).groups(2), random(1, 1, 3, 3)));
    assertMessage("conv: the kernel [] needs one to three spatial axes", () -> Stax.conv(4));
    assertMessage(
        "conv: the kernel [3], strides [1, 1] and dilations [1] differ in the number of axes",
        () -> Stax.conv(4, 3).strides(1, 1));
    assertMessage(
        "convLocal: the kernel [4] does not fit into f64[1,3,1]",
        () ->
            init(
                Stax.convLocal(1, List.of(4L), List.of(1L), Padding.VALID, Weights.DEFAULT),
                random(1, 1, 3, 1)));
  }
}
