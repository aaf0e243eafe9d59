package org.ntk4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.onnx.SmallModel.BOOL;
import static org.ntk4j.onnx.SmallModel.DOUBLE;
import static org.ntk4j.onnx.SmallModel.FLOAT;
import static org.ntk4j.onnx.SmallModel.INT64;
import static org.ntk4j.onnx.SmallModel.attribute;
import static org.ntk4j.onnx.SmallModel.info;
import static org.ntk4j.onnx.SmallModel.node;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Random numbers have their distribution, and are a function of the seed.
final class RandomOperatorsTest {
  private static final long COUNT = 20_000;
  private static final OnnxOptions SEEDED = OnnxOptions.DEFAULT.seed(5);

  private static SmallModel like(String operator, AttributeProto... attributes) {
    return new SmallModel(22)
        .input("x", FLOAT, COUNT)
        .output("y", FLOAT, COUNT)
        .add(node(operator, "x", "y", attributes));
  }

  private static Tensor filled(double value) {
    return Tensor.fill(DType.F32, Shape.of(COUNT), value);
  }

  private static double mean(Tensor x) {
    return Arrays.stream(x.toDoubles()).average().orElseThrow();
  }

  private static double variance(Tensor x) {
    double mean = mean(x);
    return Arrays.stream(x.toDoubles()).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  /// Within five standard deviations of what `COUNT` draws give.
  private static void assertMean(double expected, double variance, Tensor x) {
    assertEquals(expected, mean(x), 5 * Math.sqrt(variance / COUNT));
  }

  @Test
  void uniform_numbers_fill_their_interval() {
    Tensor y =
        like("RandomUniformLike", attribute("low", 2f), attribute("high", 5f))
            .run(SEEDED, filled(0))
            .getFirst();
    assertMean(3.5, 0.75, y);
    assertEquals(0.75, variance(y), 0.03);
    assertTrue(Arrays.stream(y.toDoubles()).allMatch(v -> v >= 2 && v < 5));
  }

  @Test
  void normal_numbers_have_mean_scale_and_tails() {
    Tensor y =
        like("RandomNormalLike", attribute("mean", 1f), attribute("scale", 2f))
            .run(SEEDED, filled(0))
            .getFirst();
    assertMean(1, 4, y);
    assertEquals(4, variance(y), 0.2);
    double within = Arrays.stream(y.toDoubles()).filter(v -> Math.abs(v - 1) < 2).count();
    assertEquals(0.6827, within / COUNT, 0.02);
  }

  @Test
  void numbers_of_a_stated_shape_are_constants() {
    SmallModel model =
        new SmallModel(22)
            .input("x", FLOAT, 2, 3)
            .output("y", FLOAT, 2, 3)
            .add(node("RandomNormal", "", "r", attribute("shape", List.of(2L, 3L))))
            .add(node("Add", "x,r", "y"));
    Tensor zero = Tensor.zeros(DType.F32, Shape.of(2, 3));
    Tensor y = model.run(SEEDED, zero).getFirst();
    assertTrue(variance(y) > 0);
    Tensor wide = model.run(SEEDED.floats(DType.F64), zero.to(DType.F64)).getFirst();
    assertEquals(DType.F64, wide.dtype());
    assertTrue(wide.to(DType.F32).sameAs(y));
  }

  @Test
  void bernoulli_is_1_with_the_probability_given() {
    Tensor y = like("Bernoulli").run(SEEDED, filled(0.3)).getFirst();
    assertMean(0.3, 0.21, y);
    assertTrue(Arrays.stream(y.toDoubles()).allMatch(v -> v == 0 || v == 1));
  }

  @Test
  void multinomial_draws_classes_in_proportion() {
    SmallModel model =
        new SmallModel(22)
            .input("x", FLOAT, 2, 3)
            .output("y", INT64, 2, COUNT)
            .add(
                node(
                    "Multinomial",
                    "x",
                    "y",
                    attribute("sample_size", COUNT),
                    attribute("dtype", (long) INT64)));
    float[] logs = {
      0, (float) Math.log(2), (float) Math.log(5), -50, (float) Math.log(3), (float) Math.log(3)
    };
    Tensor y = model.run(SEEDED, Tensor.of(logs, 2, 3)).getFirst();
    double[][] expected = {{0.125, 0.25, 0.625}, {0, 0.5, 0.5}};
    for (int n = 0; n < 2; n++) {
      long[] counts = new long[3];
      for (long s = 0; s < COUNT; s++) {
        counts[(int) y.getLong(n * COUNT + s)]++;
      }
      for (int c = 0; c < 3; c++) {
        assertEquals(expected[n][c], (double) counts[c] / COUNT, 0.02);
      }
    }
  }

  private static SmallModel dropout(AttributeProto... attributes) {
    return new SmallModel(22)
        .input("x", FLOAT, COUNT)
        .output("y", FLOAT, COUNT)
        .output("mask", BOOL, COUNT)
        .initializer(
            TensorProto.newBuilder()
                .setName("ratio")
                .setDataType(FLOAT)
                .addFloatData(0.25f)
                .build())
        .initializer(
            TensorProto.newBuilder().setName("training").setDataType(BOOL).addInt32Data(1).build())
        .add(node("Dropout", "x,ratio,training", "y,mask", attributes));
  }

  @Test
  void dropout_in_training_keeps_the_mean() {
    List<Tensor> results = dropout().run(SEEDED, filled(3));
    Tensor y = results.getFirst();
    assertMean(3, 3, y);
    for (long i = 0; i < COUNT; i++) {
      double expected = results.get(1).getLong(i) == 0 ? 0 : 3 / 0.75;
      assertEquals(expected, y.getDouble(i), 1e-6);
    }
  }

  @Test
  void the_seed_decides() {
    Tensor x = filled(1);
    Tensor y = dropout().run(SEEDED, x).getFirst();
    assertTrue(y.sameAs(dropout().run(SEEDED, x).getFirst()));
    assertFalse(y.sameAs(dropout().run(OnnxOptions.DEFAULT.seed(6), x).getFirst()));
    Tensor own = dropout(attribute("seed", 9L)).run(OnnxOptions.DEFAULT, x).getFirst();
    assertTrue(own.sameAs(dropout(attribute("seed", 9L)).run(SEEDED, x).getFirst()));
    assertFalse(own.sameAs(dropout(attribute("seed", 8L)).run(SEEDED, x).getFirst()));
  }

  @Test
  void nodes_draw_different_numbers() {
    SmallModel model =
        new SmallModel(22)
            .input("x", FLOAT, COUNT)
            .output("y", FLOAT, COUNT)
            .output("z", FLOAT, COUNT)
            .add(node("RandomNormalLike", "x", "y"))
            .add(node("RandomNormalLike", "x", "z"));
    List<Tensor> drawn = model.run(SEEDED, filled(0));
    double product = 0;
    for (long i = 0; i < COUNT; i++) {
      product += drawn.get(0).getDouble(i) * drawn.get(1).getDouble(i);
    }
    assertEquals(0, product / COUNT, 5 / Math.sqrt(COUNT));
  }

  @Test
  void f64_draws_what_f32_draws() {
    Tensor x = RandomKey.of(1).uniform(DType.F32, Shape.of(COUNT));
    for (String operator : List.of("RandomUniformLike", "RandomNormalLike", "Bernoulli")) {
      Tensor narrow = like(operator).run(SEEDED, x).getFirst();
      Tensor wide = like(operator).run(SEEDED.floats(DType.F64), x.to(DType.F64)).getFirst();
      for (long i = 0; i < COUNT; i++) {
        assertEquals(wide.getDouble(i), narrow.getDouble(i), 1e-6, operator);
      }
    }
  }

  @Test
  void without_a_seed_it_is_refused() {
    for (String operator : List.of("RandomUniformLike", "RandomNormalLike", "Bernoulli")) {
      OnnxModel model = OnnxModel.read(like(operator).bytes(), OnnxOptions.DEFAULT);
      String message = assertThrows(OnnxException.class, model::network).getMessage();
      assertTrue(String.valueOf(message).contains("random numbers without a seed"), message);
    }
    OnnxException e =
        assertThrows(OnnxException.class, () -> dropout().run(OnnxOptions.DEFAULT, filled(1)));
    assertTrue(String.valueOf(e.getMessage()).contains("random numbers without a seed"));
  }

  @Test
  void dropout_in_training_without_a_seed_is_listed_as_not_supported() {
    List<String> listed = OnnxModel.read(dropout().bytes(), OnnxOptions.DEFAULT).unsupported();
    assertEquals(1, listed.size());
    assertTrue(listed.getFirst().contains("(Dropout) is random numbers without a seed"));
    assertEquals(List.of(), OnnxModel.read(dropout().bytes(), SEEDED).unsupported());
    AttributeProto yes =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(TensorProto.newBuilder().setDataType(BOOL).addInt32Data(1))
            .build();
    SmallModel constant =
        new SmallModel(22)
            .input("x", FLOAT, COUNT)
            .output("y", FLOAT, COUNT)
            .add(node("Constant", "", "training", yes))
            .add(node("Dropout", "x,,training", "y"));
    assertEquals(1, OnnxModel.read(constant.bytes(), OnnxOptions.DEFAULT).unsupported().size());
  }

  @Test
  void in_a_loop_it_is_refused() {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(info("i", INT64))
            .addInput(info("on", BOOL))
            .addInput(info("s", FLOAT, 2))
            .addOutput(info("go", BOOL))
            .addOutput(info("t", FLOAT, 2))
            .addNode(node("Identity", "on", "go"))
            .addNode(node("RandomNormalLike", "s", "t"))
            .build();
    SmallModel model =
        new SmallModel(22)
            .input("x", FLOAT, 2)
            .output("y", FLOAT, 2)
            .initializer(
                TensorProto.newBuilder()
                    .setName("count")
                    .setDataType(INT64)
                    .addInt64Data(3)
                    .build())
            .add(node("Loop", "count,,x", "y", attribute("body", body)));
    Tensor x = Tensor.zeros(DType.F32, Shape.of(2));
    OnnxException e = assertThrows(OnnxException.class, () -> model.run(SEEDED, x));
    assertTrue(String.valueOf(e.getMessage()).contains("random numbers in a loop"));
  }

  @Test
  void a_double_has_a_bit_that_a_float_has_not() {
    SmallModel model =
        new SmallModel(22)
            .input("x", DOUBLE, COUNT)
            .output("y", DOUBLE, COUNT)
            .add(node("RandomUniformLike", "x", "y"));
    Tensor y = model.run(SEEDED, filled(0).to(DType.F64)).getFirst();
    assertFalse(y.sameAs(y.to(DType.F32).to(DType.F64)));
  }
}
