package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.models.Run.assertMessage;
import static org.ntk4j.models.Run.assertTensor;
import static org.ntk4j.models.Run.evaluate;
import static org.ntk4j.models.Run.init;
import static org.ntk4j.models.Run.random;
import static org.ntk4j.models.Run.train;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

class NormalizationTest {
  private static Tree<Tensor> scaleAndOffset(Shape shape, double[] scale, double[] offset) {
    return Tree.map(
        "scale",
        Tree.of(Tensor.of(scale, scale.length).reshape(shape)),
        "offset",
        Tree.of(Tensor.of(offset, offset.length).reshape(shape)));
  }

  @Test
  void batch_norm_uses_the_batch_in_training() {
    Tensor x = Tensor.of(new double[] {1, 10, 3, 10, 5, 40}, 3, 2);
    Layer layer = Stax.batchNorm("bn");
    Tree<Tensor> params = scaleAndOffset(Shape.of(2), new double[] {2, 3}, new double[] {5, 7});
    double a = 2 / Math.sqrt(8 / 3.0 + 1e-5);
    double b = 3 / Math.sqrt(200 + 1e-5);
    assertTensor(
        train(layer, params, x, 1),
        Shape.of(3, 2),
        5 - 2 * a,
        7 - 10 * b,
        5,
        7 - 10 * b,
        5 + 2 * a,
        7 + 20 * b);
  }

  @Test
  void batch_norm_uses_running_statistics_in_evaluation() {
    Tensor x = Tensor.of(new double[] {1, 10}, 1, 2);
    Layer layer = Stax.batchNorm("bn");
    Tree<Tensor> params = init(layer, x);
    assertTensor(
        Run.apply(
            layer,
            params,
            x,
            Optional.empty(),
            Map.of(
                "bn.mean", Tensor.of(new double[] {3, 4}, 2),
                "bn.variance", Tensor.of(new double[] {4, 9}, 2))),
        Shape.of(1, 2),
        -2 / Math.sqrt(4 + 1e-5),
        6 / Math.sqrt(9 + 1e-5));
    assertMessage(
        "batchNorm: needs the extra input 'bn.mean'; given are []",
        () -> evaluate(layer, params, x));
  }

  @Test
  void layer_norm_standardizes_every_example() {
    Tensor x = Tensor.of(new double[] {1, 3, 10, 40}, 2, 2);
    assertTensor(evaluate(Stax.layerNorm(), x), Shape.of(2, 2), -1, 1, -1, 1);
    assertEquals(List.of(), init(Stax.layerNorm(), x).leaves());
    Layer trainable = Stax.layerNorm(0, true, 1);
    assertEquals(List.of("scale", "offset"), init(trainable, x).paths());
    Tree<Tensor> params = scaleAndOffset(Shape.of(1, 2), new double[] {2, 3}, new double[] {5, 7});
    assertTensor(evaluate(trainable, params, x), Shape.of(2, 2), 3, 10, 3, 10);
  }

  @Test
  void layer_norm_over_several_axes() {
    Tensor x = random(1, 2, 3, 4);
    double[] y = evaluate(Stax.layerNorm(0, true, 1, 2), x).toDoubles();
    for (int n = 0; n < 2; n++) {
      double[] example = Arrays.copyOfRange(y, n * 12, n * 12 + 12);
      assertEquals(0, Arrays.stream(example).sum(), 1e-12);
      assertEquals(12, Arrays.stream(example).map(v -> v * v).sum(), 1e-10);
    }
    assertEquals(
        Shape.of(1, 3, 4), init(Stax.layerNorm(0, true, -2, 2), x).get("scale").value().shape());
  }

  @Test
  void dropout_keeps_its_share_and_the_mean() {
    Tensor x = Tensor.fill(DType.F64, Shape.of(100, 100), 1);
    Layer layer = Stax.dropout(0.8);
    Tensor y = train(layer, init(layer, x), x, 5);
    assertTrue(Arrays.stream(y.toDoubles()).allMatch(v -> v == 0 || v == 1.25));
    double kept = Arrays.stream(y.toDoubles()).filter(v -> v != 0).count() / 10_000.0;
    assertEquals(0.8, kept, 4 * Math.sqrt(0.16 / 10_000));
    assertTrue(y.sameAs(train(layer, init(layer, x), x, 5)));
    assertFalse(y.sameAs(train(layer, init(layer, x), x, 6)));
    assertTrue(x.sameAs(evaluate(layer, x)));
  }

  @Test
  void dropouts_in_a_row_drop_different_elements() {
    Tensor x = Tensor.fill(DType.F64, Shape.of(100, 100), 1);
    Layer layer = Stax.serial(Stax.dropout(0.5), Stax.dropout(0.5));
    double kept =
        Arrays.stream(train(layer, init(layer, x), x, 5).toDoubles()).filter(v -> v != 0).count();
    assertEquals(0.25, kept / 10_000, 4 * Math.sqrt(0.1875 / 10_000));
  }

  @Test
  void errors() {
    assertMessage(
        "dropout: the probability to keep is 0.0; it must lie in (0, 1]", () -> Stax.dropout(0));
    assertMessage(
        "layerNorm: axis 0 of f64[1,2]; the axes lie between the example axis and the last one",
        () -> init(Stax.layerNorm(0, true, 0), random(1, 1, 2)));
    assertMessage("layerNorm: at least one axis is needed", () -> Stax.layerNorm(0, true));
  }
}
