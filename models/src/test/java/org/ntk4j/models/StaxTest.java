package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.ntk4j.models.Run.KEY;
import static org.ntk4j.models.Run.assertMessage;
import static org.ntk4j.models.Run.assertShape;
import static org.ntk4j.models.Run.assertTensor;
import static org.ntk4j.models.Run.evaluate;
import static org.ntk4j.models.Run.init;
import static org.ntk4j.models.Run.random;
import static org.ntk4j.models.Run.vector;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Trace;

class StaxTest {
  private static void activation(Layer layer, DoubleUnaryOperator expected) {
    double[] x = {-2, -0.5, 0, 0.5, 2};
    assertTensor(
        evaluate(layer, vector(x)), Shape.of(1, 5), Arrays.stream(x).map(expected).toArray());
    assertEquals(List.of(), init(layer, vector(x)).leaves());
  }

  @Test
  void activations() {
    activation(Stax.relu(), x -> Math.max(x, 0));
    activation(Stax.leakyRelu(0.1), x -> Math.max(x, 0.1 * x));
    activation(Stax.sigmoid(), x -> 1 / (1 + Math.exp(-x)));
    activation(Stax.tanh(), Math::tanh);
    activation(Stax.sin(), Math::sin);
    activation(Stax.sin(2, 3, 0.1), x -> 2 * Math.sin(3 * x + 0.1));
    activation(Stax.cos(), Math::cos);
    activation(Stax.cos(2, 3, 0.1), x -> 2 * Math.cos(3 * x + 0.1));
    activation(Stax.exp(), Math::exp);
    activation(Stax.exp(2, 3), x -> 2 * Math.exp(3 * x));
    activation(Stax.rbf(0.5), x -> Math.sqrt(2) * Math.sin(x + Math.PI / 4));
    activation(Stax.identity(), x -> x);
    activation(Stax.abs(), Math::abs);
    activation(Stax.softplus(), x -> Math.log(1 + Math.exp(x)));
    activation(Stax.elementwise(x -> x.pow(3)), x -> x * x * x);
  }

  @Test
  void gaussian_activations_at_tabled_points() {
    // erf(1), Φ(1) from tables.
    assertTensor(evaluate(Stax.erf(), vector(1, 0)), Shape.of(1, 2), 0.842700792949715, 0);
    assertTensor(
        evaluate(Stax.erf(2, 0.5, 1), vector(2, 0)), Shape.of(1, 2), 1 + 2 * 0.842700792949715, 1);
    assertTensor(evaluate(Stax.gelu(), vector(1, 0)), Shape.of(1, 2), 0.841344746068543, 0);
  }

  @Test
  void the_rbf_kernel_is_gaussian() {
    // E[rbf(w·x) rbf(w·y)] = exp(-gamma |x - y|²) over standard normal w.
    Tensor x = Tensor.of(new double[] {0.3, -0.2, 0.5, 0.4}, 2, 2);
    Layer layer = Stax.serial(Stax.dense(50_000, Weights.ntk(Math.sqrt(2), 0)), Stax.rbf(0.7));
    double[] y = evaluate(layer, x).toDoubles();
    double product = 0;
    for (int i = 0; i < 50_000; i++) {
      product += y[i] * y[50_000 + i] / 50_000;
    }
    assertEquals(Math.exp(-0.7 * (0.04 + 0.36)), product, 4 * 2 / Math.sqrt(50_000));
  }

  @Test
  void pools() {
    Tensor x = Tensor.of(new double[] {1, 5, 2, 4}, 1, 4, 1);
    List<Long> two = List.of(2L);
    assertTensor(
        evaluate(Stax.avgPool(two, List.of(), Padding.VALID), x), Shape.of(1, 3, 1), 3, 3.5, 3);
    assertTensor(evaluate(Stax.sumPool(two, two, Padding.VALID), x), Shape.of(1, 2, 1), 6, 6);
    assertTensor(evaluate(Stax.maxPool(two, two, Padding.VALID), x), Shape.of(1, 2, 1), 5, 4);
    assertTensor(evaluate(Stax.globalAvgPool(), x), Shape.of(1, 1), 3);
    assertTensor(evaluate(Stax.globalSumPool(), x), Shape.of(1, 1), 12);
    assertShape(Stax.globalAvgPool(), random(1, 2, 3, 4, 5), 2, 5);
    assertShape(
        Stax.maxPool(List.of(2L, 2L), List.of(), Padding.SAME), random(1, 2, 3, 4, 5), 2, 3, 4, 5);
    assertShape(Stax.flatten(), random(1, 2, 3, 4, 5), 2, 60);
    assertMessage(
        "avgPool: the input is f64[2,3], but needs at least 3 axes, the example axis first and the"
            + " channel axis last",
        () -> init(Stax.avgPool(two, List.of(), Padding.VALID), random(1, 2, 3)));
    assertMessage(
        "globalAvgPool: the input is f64[2,3], but needs at least 3 axes, the example axis first"
            + " and the channel axis last",
        () -> init(Stax.globalAvgPool(), random(1, 2, 3)));
  }

  @Test
  void serial_is_composition_and_keys_differ() {
    Layer layer = Stax.serial(Stax.dense(3), Stax.tanh(), Stax.dense(3)).then(Stax.relu());
    Tensor x = random(1, 2, 3);
    Tree<Tensor> params = init(layer, x);
    assertEquals(List.of("[0][0].w", "[0][2].w"), params.paths());
    assertNotEquals(
        params.get(0).get(0).get("w").value().getDouble(0),
        params.get(0).get(2).get("w").value().getDouble(0));
    Tensor a = evaluate(Stax.dense(3), params.get(0).get(0), x);
    Tensor b = evaluate(Stax.dense(3), params.get(0).get(2), evaluate(Stax.tanh(), a));
    Tensor y = evaluate(Stax.relu(), b);
    assertTensor(evaluate(layer, params, x), Shape.of(2, 3), y.toDoubles());
  }

  @Test
  void fans() {
    Tensor x = vector(2, 3);
    Layer twoWays =
        Stax.serial(
            Stax.fanOut(2), Stax.parallel(Stax.identity(), Stax.elementwise(v -> v.mul(10))));
    assertTensor(evaluate(twoWays.then(Stax.fanInSum()), x), Shape.of(1, 2), 22, 33);
    assertTensor(evaluate(twoWays.then(Stax.fanInProd()), x), Shape.of(1, 2), 40, 90);
    assertTensor(evaluate(twoWays.then(Stax.fanInConcat(-1)), x), Shape.of(1, 4), 2, 3, 20, 30);
    assertTensor(
        evaluate(Stax.residual(Stax.elementwise(v -> v.mul(10))), x), Shape.of(1, 2), 22, 33);
  }

  @Test
  void repeat_has_parameters_of_its_own_for_each_layer() {
    Layer layer = Stax.repeat(Stax.serial(Stax.dense(2), Stax.tanh()), 3);
    Tree<Tensor> params = init(layer, random(1, 2, 2));
    assertEquals(3, params.leaves().size());
    assertEquals(3, params.leaves().stream().map(t -> t.getDouble(0)).distinct().count());
  }

  @Test
  void combinators_check_their_inputs() {
    assertMessage(
        "fanInSum: needs a list of inputs; see fanOut", () -> init(Stax.fanInSum(), vector(1)));
    assertMessage(
        "parallel: 1 layers for 2 inputs",
        () -> init(Stax.serial(Stax.fanOut(2), Stax.parallel(Stax.relu())), vector(1)));
    assertMessage(
        "fanInSum: the inputs differ: [f64[1,3], f64[1,2]]",
        () ->
            init(
                Stax.serial(
                    Stax.fanOut(2), Stax.parallel(Stax.dense(3), Stax.identity()), Stax.fanInSum()),
                vector(1, 2)));
    assertMessage("fanOut: the number of copies is 0; it must be positive", () -> Stax.fanOut(0));
  }

  @Test
  void a_network_is_a_function_of_parameters_and_data() {
    Layer network =
        Stax.serial(
            Stax.conv(4, 3, 3).padding(Padding.SAME),
            Stax.relu(),
            Stax.avgPool(List.of(2L, 2L), List.of(2L, 2L), Padding.VALID),
            Stax.flatten(),
            Stax.dense(3));
    Layer.Initialized first = network.init(KEY, Aval.of(DType.F64, 1, 6, 6, 2));
    assertEquals(Aval.of(DType.F64, 1, 3), first.output().value());
    // The number of examples is free.
    Trace.TreeProgram p =
        Trace.program(
            Run.avals(first.params()),
            Tree.of(Aval.of(DType.F64, 5, 6, 6, 2)),
            network.asFunction());
    assertEquals(List.of(Aval.of(DType.F64, 5, 3)), p.program().outputAvals());
    Tensor x = random(1, 5, 6, 6, 2);
    Tree<Tensor> in = Tree.list(first.params(), Tree.of(x));
    assertTensor(
        Evaluator.run(p.program(), in.leaves()).getFirst(),
        Shape.of(5, 3),
        evaluate(network, first.params(), x).toDoubles());
  }

  @Test
  void the_same_key_gives_the_same_parameters() {
    Layer layer = Stax.dense(3);
    Tensor a = layer.init(KEY, Aval.of(DType.F32, 1, 2)).params().get("w").value();
    Tensor b = layer.init(KEY, Aval.of(DType.F32, 7, 2)).params().get("w").value();
    assertEquals(a.contentHash(), b.contentHash());
  }
}
