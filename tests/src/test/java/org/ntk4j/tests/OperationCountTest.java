package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.tests.CountedKernels.dims;
import static org.ntk4j.tests.CountedKernels.f64;
import static org.ntk4j.tests.CountedKernels.operations;
import static org.ntk4j.tests.CountedKernels.params;
import static org.ntk4j.tests.CountedKernels.products;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Network;

/// Structured derivatives cost what they should, counted operation by operation.
class OperationCountTest {
  private static final int WIDTH = 64;
  private static final int LAYERS = 4;

  private static Value at(Tree<Value> p, String name) {
    return p.get(name).value();
  }

  /// `tanh(.. tanh(x W_0) ..) W_3`, each weight made out of parameters.
  private static Network mlp(BiFunction<Tree<Value>, Integer, Value> weight) {
    return (p, x) -> {
      Value h = x.value();
      for (int layer = 0; layer < LAYERS; layer++) {
        Value y = h.matmul(weight.apply(p, layer));
        h = layer < LAYERS - 1 ? y.tanh() : y;
      }
      return Tree.of(h);
    };
  }

  private static CountedKernels mlp(
      BiFunction<Tree<Value>, Integer, Value> weight, Tree<Aval> params) {
    return new CountedKernels(mlp(weight), params, Tree.of(f64(10, WIDTH)), Tree.of(f64(8, WIDTH)));
  }

  /// `name0, .., name3` with these dims.
  private static Tree<Aval> each(long... dims) {
    return params("w0", dims, "w1", dims, "w2", dims, "w3", dims);
  }

  private static CountedKernels plain() {
    return mlp((p, layer) -> at(p, "w" + layer), each(WIDTH, WIDTH));
  }

  /// A network whose weights are parameters moved, scaled or put together.
  record Moved(String name, CountedKernels kernels) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Moved> moved() {
    Tree<Aval> square = each(WIDTH, WIDTH);
    return List.of(
        new Moved("transposed", mlp((p, k) -> at(p, "w" + k).transpose(), square)),
        new Moved("scaled", mlp((p, k) -> at(p, "w" + k).mul(0.125), square)),
        new Moved("cast", mlp((p, k) -> at(p, "w" + k).cast(DType.F32).cast(DType.F64), square)),
        new Moved("reversed", mlp((p, k) -> at(p, "w" + k).reverse(0), square)),
        new Moved("sliced", mlp((p, k) -> at(p, "w" + k).slice(0, 3, 67), each(70, WIDTH))),
        new Moved(
            "reshaped",
            mlp((p, k) -> at(p, "w" + k).reshape((long) WIDTH, (long) WIDTH), each(8, 8, 2, 32))),
        new Moved(
            "layers of one parameter",
            mlp((p, k) -> at(p, "w").get(0, k), params("w", dims(4, 64, 64)))),
        new Moved(
            "concatenated",
            mlp(
                (p, k) -> Functions.concatenate(0, List.of(at(p, "a" + k), at(p, "b" + k))),
                params(
                    "a0",
                    dims(24, 64),
                    "b0",
                    dims(40, 64),
                    "a1",
                    dims(24, 64),
                    "b1",
                    dims(40, 64),
                    "a2",
                    dims(24, 64),
                    "b2",
                    dims(40, 64),
                    "a3",
                    dims(24, 64),
                    "b3",
                    dims(40, 64)))),
        new Moved(
            "concatenated outputs",
            mlp(
                (p, k) ->
                    k == LAYERS - 1
                        ? at(p, "w3")
                        : Functions.concatenate(1, List.of(at(p, "a" + k), at(p, "b" + k))),
                params(
                    "a0",
                    dims(64, 24),
                    "b0",
                    dims(64, 40),
                    "a1",
                    dims(64, 24),
                    "b1",
                    dims(64, 40),
                    "a2",
                    dims(64, 24),
                    "b2",
                    dims(64, 40),
                    "w3",
                    dims(64, 64)))));
  }

  @ParameterizedTest
  @MethodSource("moved")
  void a_weight_made_of_parameters_costs_what_a_parameter_costs(Moved moved) {
    Explanation expected = plain().between();
    Explanation found = moved.kernels().between();
    assertEquals(products(expected.program()), products(found.program()));
    assertTrue(
        operations(found) <= 1.02 * operations(expected),
        () -> operations(found) + " operations, " + operations(expected) + " of the plain weight");
    found.plan().forEach(term -> assertEquals(List.of(), term.fallbacks()));
  }

  /// The cotangents of the parts are slices of a delta.
  @Test
  void outputs_put_together_of_parts_cost_what_a_parameter_costs() {
    CountedKernels parts =
        mlp(
            (p, k) ->
                k < LAYERS - 1
                    ? at(p, "w" + k)
                    : Functions.concatenate(1, List.of(at(p, "a"), at(p, "b"))),
            params(
                "w0",
                dims(64, 64),
                "w1",
                dims(64, 64),
                "w2",
                dims(64, 64),
                "a",
                dims(64, 24),
                "b",
                dims(64, 40)));
    long expected = products(plain().between().program());
    long found = products(parts.between().program());
    assertTrue(found >= expected && found <= 1.005 * expected, () -> found + ", not " + expected);
  }

  /// All contractions of the plain network: forward, backward once for each output, and per layer
  /// `N N' I` and `N N' O² W`; the last layer's cotangent is a delta.
  @Test
  void a_plain_network_costs_what_the_formula_says() {
    long n = 10;
    long m = 8;
    long w = WIDTH;
    long o = WIDTH;
    long forward = 3 * 2 * w * w;
    long backward = 2 * 2 * o * w * w;
    long layers = LAYERS * 2 * w + (LAYERS - 1) * 2 * o * o * w;
    long identity = 2 * o * o * w;
    long expected = (n + m) * (forward + backward) + n * m * layers;
    long found = products(plain().between().program());
    assertTrue(found <= expected + identity, () -> found + ", expected " + expected);
    assertTrue(found >= expected, () -> found + ", expected " + expected);
  }

  @Test
  void half_of_a_symmetric_kernel_is_computed() {
    CountedKernels k = plain();
    CountedKernels twice = new CountedKernels(k.network(), k.params(), k.x1(), k.x1());
    double share = (double) operations(k.symmetric()) / operations(twice.between());
    assertTrue(share > 0.49 && share < 0.55, () -> "share " + share);
  }

  /// One backward pass for each output serves all examples: with one second example, everything is
  /// linear in the number of first examples.
  @Test
  void independent_examples_share_one_backward_pass() {
    long one = costOf(4, 1);
    long two = costOf(8, 1);
    long three = costOf(12, 1);
    assertEquals(two - one, three - two);
    assertEquals(equations(4), equations(64));
    // With as many second examples, the pairs add a square.
    long[] both = {costOf(4, 4), costOf(8, 8), costOf(12, 12), costOf(16, 16)};
    assertEquals(0, both[3] - 3 * both[2] + 3 * both[1] - both[0]);
  }

  /// The check above finds a backward pass for each example where examples interact.
  @Test
  void examples_that_interact_need_a_backward_pass_each() {
    Network centered =
        (p, x) -> {
          Value h = x.value().matmul(at(p, "w0")).tanh();
          return Tree.of(h.sub(h.mean(0)).matmul(at(p, "w1")).tanh().matmul(at(p, "w2")));
        };
    long[] costs = new long[3];
    for (int k = 0; k < 3; k++) {
      Tree<Aval> x1 = Tree.of(f64(4L * (k + 1), WIDTH));
      CountedKernels kernels =
          new CountedKernels(centered, each(WIDTH, WIDTH), x1, Tree.of(f64(1, WIDTH)));
      costs[k] = operations(kernels.between());
    }
    assertNotEquals(costs[1] - costs[0], costs[2] - costs[1]);
  }

  private static CountedKernels sized(long first, long second) {
    CountedKernels k = plain();
    return new CountedKernels(
        k.network(), k.params(), Tree.of(f64(first, WIDTH)), Tree.of(f64(second, WIDTH)));
  }

  private static long costOf(long first, long second) {
    return operations(sized(first, second).between());
  }

  private static int equations(long n) {
    return sized(n, 2).between().program().equations().size();
  }

  /// A recurrent network of `steps` steps.
  private static Network unrolled(int steps) {
    return (p, x) -> {
      Value h = initial(p, x);
      for (int t = 0; t < steps; t++) {
        h = next(p, h, x.value().get(1, t));
      }
      return Tree.of(h.matmul(at(p, "v")));
    };
  }

  private static Tree<Value> scanned(Tree<Value> p, Tree<Value> x) {
    Value last =
        Control.scan(
                initial(p, x),
                x.value().moveAxis(1, 0),
                (h, now) -> Control.Step.of(next(p, h, now), h))
            .carry()
            .getFirst();
    return Tree.of(last.matmul(at(p, "v")));
  }

  private static Value initial(Tree<Value> p, Tree<Value> x) {
    Value start = at(p, "start");
    return start.broadcastTo(Shape.of(x.value().dim(0), start.dim(0)));
  }

  private static Value next(Tree<Value> p, Value h, Value now) {
    return h.matmul(at(p, "u")).add(now.matmul(at(p, "w"))).add(at(p, "b")).tanh();
  }

  static List<Moved> recurrent() {
    Tree<Aval> params =
        params(
            "u",
            dims(32, 32),
            "w",
            dims(16, 32),
            "b",
            dims(32),
            "v",
            dims(32, 3),
            "start",
            dims(32));
    Tree<Aval> x1 = Tree.of(f64(10, 64, 16));
    Tree<Aval> x2 = Tree.of(f64(8, 64, 16));
    return List.of(
        new Moved("unrolled", new CountedKernels(unrolled(64), params, x1, x2)),
        new Moved("scanned", new CountedKernels(OperationCountTest::scanned, params, x1, x2)));
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void a_recurrent_network_costs_no_more_than_its_jacobians(Moved rnn, TestReporter reporter) {
    Explanation structured = rnn.kernels().between();
    double seconds = leastSecondsToPlan(rnn);
    reporter.publishEntry(rnn + ", seconds to plan", Double.toString(seconds));
    assertTrue(seconds < 2, () -> rnn + " is planned in " + seconds + " s");
    Explanation jacobian = rnn.kernels().between(Implementation.JACOBIAN_CONTRACTION);
    assertTrue(operations(structured) <= operations(jacobian));
    assertTrue(products(structured.program()) <= products(jacobian.program()));
  }

  /// Of several runs: other work may keep the machine busy.
  private static double leastSecondsToPlan(Moved rnn) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 3; run++) {
      long start = System.nanoTime();
      rnn.kernels().between();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e9;
  }

  /// The 64 × 64 pairs of steps are one term, or two where the first step differs.
  @ParameterizedTest
  @MethodSource("recurrent")
  void the_steps_of_a_recurrent_network_are_stacked(Moved rnn) {
    rnn.kernels().between().plan().forEach(term -> assertTrue(term.uses() <= 2, term::toString));
  }

  private static CountedKernels embedding(long rows) {
    Network network =
        (p, x) -> Tree.of(at(p, "table").take(x.value()).tanh().sum(1).matmul(at(p, "v")));
    Tree<Aval> params = params("table", dims(rows, 32), "v", dims(32, 3));
    return new CountedKernels(network, params, ids(10, 16), ids(8, 16));
  }

  private static Tree<Aval> ids(long examples, long tokens) {
    return Tree.of(Aval.of(DType.I64, examples, tokens));
  }

  @Test
  void an_embedding_is_never_densified() {
    long rows = 50_000;
    for (Explanation e : List.of(embedding(rows).between(), embedding(rows).symmetric())) {
      assertTrue(CountedKernels.largest(e.program()) < rows * 32 / 10);
      assertTrue(Cost.of(e.program()).peakBytes() < 1.1 * rows * 32 * 8);
    }
    assertEquals(operations(embedding(100).between()), operations(embedding(rows).between()));
  }

  @Test
  void an_embedding_tied_with_the_output_projection_beats_its_jacobian() {
    Network network =
        (p, x) -> {
          Value table = at(p, "table");
          return Tree.of(table.take(x.value()).tanh().sum(1).matmul(table.transpose()));
        };
    CountedKernels tied =
        new CountedKernels(network, params("table", dims(50, 32)), ids(10, 16), ids(8, 16));
    Explanation structured = tied.between();
    Explanation jacobian = tied.between(Implementation.JACOBIAN_CONTRACTION);
    assertEquals(2, structured.plan().getFirst().uses());
    assertTrue(2 * operations(structured) < operations(jacobian));
  }
}
