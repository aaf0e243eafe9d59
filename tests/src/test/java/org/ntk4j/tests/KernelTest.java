package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.tests.BruteForce.Mode;
import org.ntk4j.tests.KernelNetworks.Case;

/// Every implementation gives the kernel that Jacobians computed element by element give.
final class KernelTest {
  private static final double TOLERANCE = 1e-10;

  private static Stream<Arguments> casesAndImplementations() {
    return KernelNetworks.all().stream()
        .flatMap(c -> Stream.of(Implementation.values()).map(i -> Arguments.of(c, i)));
  }

  private static List<Case> cases() {
    return KernelNetworks.all();
  }

  private static void same(Tensor expected, Tensor actual) {
    double error = BruteForce.error(expected, actual);
    assertTrue(error < TOLERANCE, () -> "error " + error);
  }

  private static Tensor brute(
      Case c, Tree<Tensor> x2, List<Integer> trace, List<Integer> diagonal) {
    return BruteForce.ntk(c.network(), c.params(), c.x1(), x2, 0, trace, diagonal);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("casesAndImplementations")
  void ntk_is_the_product_of_jacobians(Case c, Implementation implementation) {
    Ntk ntk = Ntk.of(c.network()).traceAxes().implementation(implementation).build();
    same(brute(c, c.x2(), List.of(), List.of()), ntk.compute(c.x1(), c.x2(), c.params()).values());
    same(brute(c, c.x1(), List.of(), List.of()), ntk.compute(c.x1(), c.params()).values());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("casesAndImplementations")
  void shared_axes_are_those_of_the_full_kernel(Case c, Implementation implementation) {
    int rank = Networks.run(c.network(), c.params(), c.x1()).value().rank();
    List<List<Integer>> some =
        rank == 1
            ? List.of(List.of(), List.of(0))
            : List.of(List.of(), List.of(0), List.of(rank - 1), List.of(0, rank - 1));
    for (List<Integer> trace : some) {
      for (List<Integer> diagonal : some) {
        if (trace.stream().anyMatch(diagonal::contains)) {
          continue;
        }
        Ntk ntk =
            Ntk.of(c.network())
                .traceAxes(ints(trace))
                .diagonalAxes(ints(diagonal))
                .implementation(implementation)
                .build();
        same(brute(c, c.x1(), trace, diagonal), ntk.compute(c.x1(), c.params()).values());
      }
    }
  }

  private static int[] ints(List<Integer> axes) {
    return axes.stream().mapToInt(k -> k).toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void brute_force_agrees_with_itself_forward_and_by_differences(Case c) {
    double[][] reverse = rows(c, Mode.REVERSE);
    double[][] forward = rows(c, Mode.FORWARD);
    double[][] differences = rows(c, Mode.DIFFERENCES);
    for (int i = 0; i < reverse.length; i++) {
      for (int w = 0; w < reverse[i].length; w++) {
        assertEquals(reverse[i][w], forward[i][w], 1e-12 * Math.max(1, Math.abs(reverse[i][w])));
        assertEquals(reverse[i][w], differences[i][w], 1e-6 * Math.max(1, Math.abs(reverse[i][w])));
      }
    }
  }

  private static double[][] rows(Case c, Mode mode) {
    return BruteForce.jacobians(c.network(), c.params(), c.x1(), mode).getFirst().rows();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void columns_and_switches_change_nothing(Case c) {
    Tensor expected = brute(c, c.x2(), List.of(), List.of());
    NtkBuilder builder = Ntk.of(c.network()).traceAxes();
    List<Ntk> variants =
        List.of(
            builder.implementation(Implementation.JACOBIAN_CONTRACTION).forwardMode(true).build(),
            builder
                .implementation(Implementation.STRUCTURED_DERIVATIVES)
                .jacobianRules(false)
                .build(),
            builder.jacobianRules(true).structureRules(false).build(),
            builder.jacobianRules(false).build());
    variants.forEach(ntk -> same(expected, ntk.compute(c.x1(), c.x2(), c.params()).values()));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("casesAndImplementations")
  void kernels_per_parameter_add_up(Case c, Implementation implementation) {
    NtkBuilder builder = Ntk.of(c.network()).traceAxes().implementation(implementation);
    Kernel separate = builder.perParameter(true).build().compute(c.x1(), c.x2(), c.params());
    double[] sum = new double[Math.toIntExact(brute(c, c.x2(), List.of(), List.of()).size())];
    for (String path : c.params().paths()) {
      double[] own = separate.ofParameter(path).values().toDoubles();
      IntStream.range(0, sum.length).forEach(i -> sum[i] += own[i]);
      Kernel alone =
          builder
              .perParameter(false)
              .parameters(List.of(path))
              .build()
              .compute(c.x1(), c.x2(), c.params());
      same(separate.ofParameter(path).values(), alone.values());
      builder.parameters(_ -> true);
    }
    Tensor whole = brute(c, c.x2(), List.of(), List.of());
    same(whole, Tensor.of(sum, sum.length).reshape(whole.shape()));
  }

  private static final Network TWO =
      (p, x) -> {
        var h = x.value().matmul(p.get("w").value()).tanh();
        return Tree.map("mean", Tree.of(h.mean(1)), "out", Tree.of(h.matmul(p.get("v").value())));
      };

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void kernels_between_outputs_are_the_blocks_of_one_matrix(Implementation implementation) {
    Tree<Tensor> params = KernelNetworks.mlpParams();
    Tree<Tensor> x1 = Tree.of(KernelNetworks.normal(1, 3, 4));
    Tree<Tensor> x2 = Tree.of(KernelNetworks.normal(2, 2, 4));
    Ntk ntk = Ntk.of(TWO).traceAxes().crossOutputs(true).implementation(implementation).build();
    Kernel kernel = ntk.compute(x1, x2, params);
    assertEquals(4, kernel.blocks().size());
    List<BruteForce.Jacobian> first = BruteForce.jacobians(TWO, params, x1, Mode.REVERSE);
    List<BruteForce.Jacobian> second = BruteForce.jacobians(TWO, params, x2, Mode.REVERSE);
    List<double[]> rows = new ArrayList<>();
    for (BruteForce.Jacobian one : first) {
      double[][] left = BruteForce.product(one, second.get(0));
      double[][] right = BruteForce.product(one, second.get(1));
      for (int i = 0; i < left.length; i++) {
        rows.add(Stream.of(left[i], right[i]).flatMapToDouble(Arrays::stream).toArray());
      }
    }
    double[] flat = rows.stream().flatMapToDouble(Arrays::stream).toArray();
    same(Tensor.of(flat, 12, 8), kernel.asMatrix());
    assertEquals(List.of("n", "n'", "a1'"), kernel.block("mean", "out").axes());
  }

  @Test
  void axes_may_differ_between_outputs() {
    Tree<Tensor> params = KernelNetworks.mlpParams();
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 3, 4));
    Ntk ntk =
        Ntk.of(TWO)
            .traceAxes(Tree.map("mean", Tree.of(List.of()), "out", Tree.of(List.of(-1))))
            .build();
    Kernel kernel = ntk.compute(x, params);
    same(
        BruteForce.ntk(TWO, params, x, x, 0, List.of(), List.of()),
        kernel.tree().get("mean").value());
    same(
        BruteForce.ntk(TWO, params, x, x, 1, List.of(1), List.of()),
        kernel.tree().get("out").value());
  }

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void both_kernels_come_from_one_forward_pass(Implementation implementation) {
    Case c = KernelNetworks.all().getFirst();
    Ntk ntk = Ntk.of(c.network()).traceAxes().implementation(implementation).build();
    KernelPair pair = ntk.both(c.x1(), c.x2(), c.params());
    same(brute(c, c.x2(), List.of(), List.of()), pair.ntk().values());
    Tensor y1 = Networks.run(c.network(), c.params(), c.x1()).value();
    Tensor y2 = Networks.run(c.network(), c.params(), c.x2()).value();
    Tensor nngp =
        BruteForce.reduced(BruteForce.nngp(y1, y2), y1.shape(), y2.shape(), List.of(), List.of());
    same(nngp, pair.nngp().values());
    same(nngp, ntk.nngp(c.x1(), c.x2(), c.params()).values());
  }

  @Test
  void axes_of_size_zero_give_zeros() {
    Network network = (p, x) -> Tree.of(x.value().matmul(p.get("w").value().slice(1, 0, 0)));
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 3, 4));
    for (Implementation implementation : Implementation.values()) {
      NtkBuilder ntk = Ntk.of(network).implementation(implementation);
      Tensor traced = ntk.build().compute(x, KernelNetworks.mlpParams()).values();
      assertArrayEquals(new double[9], traced.toDoubles());
      Tensor full = ntk.traceAxes().build().compute(x, KernelNetworks.mlpParams()).values();
      assertEquals(Shape.of(3, 3, 0, 0), full.shape());
    }
  }

  @Test
  void float32_is_computed_and_reported_as_such() {
    Tree<Tensor> params = KernelNetworks.mlpParams().map(t -> t.to(DType.F32));
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 3, 4).to(DType.F32));
    Kernel kernel = Ntk.of(KernelNetworks.MLP).build().compute(x, params);
    assertEquals(DType.F32, kernel.precision());
    assertEquals(DType.F32, kernel.values().dtype());
  }

  @Test
  void a_claim_that_holds_changes_nothing() {
    Case c = KernelNetworks.all().getFirst();
    Ntk claimed = Ntk.of(c.network()).traceAxes().exampleAxes(Tree.of(OptionalInt.of(0))).build();
    same(
        brute(c, c.x2(), List.of(), List.of()),
        claimed.compute(c.x1(), c.x2(), c.params()).values());
  }

  @Test
  void examples_may_lie_on_any_axis_of_an_input() {
    Network network =
        (p, x) ->
            Tree.of(
                x.value().transpose().matmul(p.get("w").value()).tanh().matmul(p.get("v").value()));
    Tree<Tensor> x1 = Tree.of(KernelNetworks.normal(1, 4, 3));
    Tree<Tensor> x2 = Tree.of(KernelNetworks.normal(2, 4, 2));
    for (Implementation implementation : Implementation.values()) {
      Ntk ntk = Ntk.of(network).exampleAxes(1).implementation(implementation).build();
      same(
          BruteForce.ntk(network, KernelNetworks.mlpParams(), x1, x2, 0, List.of(1), List.of()),
          ntk.compute(x1, x2, KernelNetworks.mlpParams()).values());
    }
  }

  @Test
  void a_network_without_reverse_mode_has_a_kernel() {
    Network network =
        (p, x) ->
            Tree.of(
                Control.whileLoop(
                    x.value().matmul(p.get("w").value()),
                    h -> h.square().sum().gt(1),
                    h -> h.mul(0.5).sin()));
    Tree<Tensor> params = Tree.map("w", Tree.of(KernelNetworks.normal(5, 3, 2)));
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 2, 3));
    Kernel kernel = Ntk.of(network).traceAxes().build().compute(x, params);
    BruteForce.Jacobian j = BruteForce.jacobians(network, params, x, Mode.FORWARD).getFirst();
    same(
        BruteForce.reduced(BruteForce.product(j, j), j.output(), j.output(), List.of(), List.of()),
        kernel.values());
  }

  @Test
  void parameters_that_are_not_numbers_are_reported() {
    Tree<Tensor> params = KernelNetworks.mlpParams();
    params.get("v").value().setDouble(0, Double.NaN);
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 3, 4));
    Kernel kernel = Ntk.of(KernelNetworks.MLP).build().compute(x, params);
    assertEquals(List.of("parameter `v` holds values that are not finite"), kernel.report());
    assertTrue(Double.isNaN(kernel.values().getDouble(0)));
    Tree<Tensor> large =
        KernelNetworks.mlpParams().map(t -> Tensor.fill(DType.F64, t.shape(), 1e200));
    assertEquals(
        List.of("the kernel holds values that are not finite, though parameters and inputs are"),
        Ntk.of((p, y) -> Tree.of(y.value().matmul(p.get("w").value()).matmul(p.get("v").value())))
            .build()
            .compute(x, large)
            .report());
  }

  @Test
  void the_plan_can_be_read() {
    Case c = KernelNetworks.all().getFirst();
    Explanation plan =
        Ntk.of(c.network())
            .build()
            .explain(Networks.avals(c.x1()), Networks.avals(c.x2()), Networks.avals(c.params()));
    String text = plan.toString();
    assertTrue(text.contains("examples are independent"), text);
    for (String word : List.of("parameter", "[4,5]", "total", "JACOBIAN_CONTRACTION")) {
      assertTrue(text.contains(word), text);
    }
    assertEquals(3, plan.predictions().size());
    assertEquals(plan.chosen(), plan.predictions().getFirst().implementation());
    assertFalse(plan.program().equations().isEmpty());
  }

  @Test
  void an_equal_program_is_made_once() {
    List<Integer> recorded = new ArrayList<>();
    Network counting =
        (p, x) -> {
          recorded.add(1);
          return KernelNetworks.MLP.apply(p, x);
        };
    Ntk ntk = Ntk.of(counting).build();
    Tree<Tensor> x = Tree.of(KernelNetworks.normal(1, 3, 4));
    Tensor first = ntk.compute(x, KernelNetworks.mlpParams()).values();
    Tensor second = ntk.compute(x, KernelNetworks.mlpParams()).values();
    assertTrue(first.sameAs(second));
    assertEquals(1, recorded.size());
    assertEquals(
        Optional.empty(),
        ntk.compute(x, KernelNetworks.mlpParams()).blocks().getFirst().parameter());
  }
}
