package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.models.Run.assertMessage;
import static org.ntk4j.models.Run.assertShape;
import static org.ntk4j.models.Run.assertTensor;
import static org.ntk4j.models.Run.evaluate;
import static org.ntk4j.models.Run.init;
import static org.ntk4j.models.Run.random;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

class AttentionTest {
  private static final int T = 4;
  private static final int C = 3;
  private static final Attention LAYER =
      new Attention(5, 2, 3, 2, false, false, Weights.ntk(1.2, 0.3));

  /// `Σ_c x[n, t, c] w[c, h, d]`, scaled.
  private static double project(Tensor x, Tensor w, int n, int t, int h, int d) {
    double sum = 0;
    long heads = w.shape().dim(1);
    long width = w.shape().dim(2);
    for (int c = 0; c < C; c++) {
      sum += x.getDouble((n * T + t) * C + c) * w.getDouble((c * heads + h) * width + d);
    }
    return 1.2 / Math.sqrt(C) * sum;
  }

  /// One position after the other.
  private static double[] bruteForce(
      Tree<Tensor> params, Tensor x, double scale, BiPredicate<Integer, Integer> visible) {
    Tensor out = params.get("out").value();
    double[] y = new double[2 * T * 5];
    for (int n = 0; n < 2; n++) {
      for (int s = 0; s < T; s++) {
        for (int o = 0; o < 5; o++) {
          y[(n * T + s) * 5 + o] = 0.3 * params.get("b").value().getDouble(o);
        }
        for (int h = 0; h < 2; h++) {
          double[] g = new double[T];
          double total = 0;
          for (int t = 0; t < T; t++) {
            double dot = 0;
            for (int d = 0; d < 2; d++) {
              dot +=
                  project(x, params.get("query").value(), n, s, h, d)
                      * project(x, params.get("key").value(), n, t, h, d);
            }
            g[t] = visible.test(s, t) ? Math.exp(scale * dot) : 0;
            total += g[t];
          }
          for (int t = 0; t < T; t++) {
            for (int d = 0; d < 3; d++) {
              double v = project(x, params.get("value").value(), n, t, h, d);
              for (int o = 0; o < 5; o++) {
                y[(n * T + s) * 5 + o] +=
                    1.2 / Math.sqrt(6) * g[t] / total * v * out.getDouble((h * 3 + d) * 5 + o);
              }
            }
          }
        }
      }
    }
    return y;
  }

  @Test
  void agrees_with_one_position_after_the_other() {
    Tensor x = random(1, 2, T, C);
    Tree<Tensor> params = init(LAYER, x);
    assertEquals(List.of("query", "key", "value", "out", "b"), params.paths());
    assertTensor(
        evaluate(LAYER, params, x),
        Shape.of(2, T, 5),
        bruteForce(params, x, 1 / Math.sqrt(2), (_, _) -> true));
    Attention linear = new Attention(5, 2, 3, 2, false, true, Weights.ntk(1.2, 0.3));
    assertTensor(
        evaluate(linear, params, x), Shape.of(2, T, 5), bruteForce(params, x, 0.5, (_, _) -> true));
  }

  @Test
  void causal_attention_hides_later_positions() {
    Tensor x = random(1, 2, T, C);
    Tree<Tensor> params = init(LAYER, x);
    assertTensor(
        evaluate(LAYER.causal(true), params, x),
        Shape.of(2, T, 5),
        bruteForce(params, x, 1 / Math.sqrt(2), (s, t) -> t <= s));
  }

  @Test
  void the_mask_hides_positions() {
    Tensor x = random(1, 2, T, C);
    Tree<Tensor> params = init(LAYER, x);
    Tensor mask = Tensor.of(new boolean[] {true, false, true, true, true, false, true, true}, 2, T);
    assertTensor(
        Run.apply(LAYER, params, x, Optional.empty(), Map.of(Attention.MASK, mask)),
        Shape.of(2, T, 5),
        bruteForce(params, x, 1 / Math.sqrt(2), (_, t) -> t != 1));
    assertMessage(
        "attention: the mask is bool[4,2], but needs to be bool[2,4]",
        () ->
            Run.apply(
                LAYER,
                params,
                x,
                Optional.empty(),
                Map.of(Attention.MASK, mask.reshape(Shape.of(4, 2)))));
  }

  @Test
  void positions_of_an_image_are_those_of_a_sequence() {
    Tensor image = random(1, 2, 2, 2, C);
    Tree<Tensor> params = init(LAYER, image);
    assertShape(LAYER, image, 2, 2, 2, 5);
    assertTensor(
        evaluate(LAYER, params, image),
        Shape.of(2, 2, 2, 5),
        evaluate(LAYER, params, image.reshape(Shape.of(2, 4, C))).toDoubles());
  }

  @Test
  void heads_divide_the_features() {
    assertEquals(4, Stax.selfAttention(12, 3).keyFeatures());
    assertMessage(
        "attention: 5 features do not make 2 equal heads", () -> Stax.selfAttention(5, 2));
  }
}
