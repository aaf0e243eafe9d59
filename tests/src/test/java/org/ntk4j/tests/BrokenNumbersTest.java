package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkVectorProduct;
import org.ntk4j.tests.BruteForce.Jacobian;
import org.ntk4j.tests.BruteForce.Mode;

/// Named networks of many kinds, every implementation against Jacobians element by element: between
/// all outputs, with axes traced and kept, and as a linear operator.
final class BrokenNumbersTest {
  private static final double TOLERANCE = 1e-10;

  static Stream<NamedNetwork> networks() {
    return Stream.of(
            OutputNetworks.all(),
            LayerNetworks.all(),
            ProductNetworks.all(),
            ParameterNetworks.all())
        .flatMap(all -> all);
  }

  private static List<Jacobian> jacobians(NamedNetwork n, Tree<Tensor> x) {
    return BruteForce.jacobians(n.network(), n.params(), x, Mode.REVERSE);
  }

  private static Tree<Aval> outputs(NamedNetwork n, Tree<Tensor> x) {
    return Networks.program(n.network(), Networks.avals(n.params()), Networks.avals(x)).outputs();
  }

  private static void same(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape(), what);
    double error = BruteForce.error(expected, actual);
    assertTrue(error <= TOLERANCE, () -> what + ": relative error " + error);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void kernels_between_all_outputs(NamedNetwork n) {
    Tree<Tensor> x1 = n.inputs(1, 3);
    Tree<Tensor> x2 = n.inputs(20, 2);
    List<Jacobian> first = jacobians(n, x1);
    List<Jacobian> second = jacobians(n, x2);
    List<String> names = outputs(n, x1).paths();
    for (Implementation implementation : Implementation.values()) {
      Ntk ntk =
          Ntk.of(n.network()).traceAxes().crossOutputs(true).implementation(implementation).build();
      Kernel between = ntk.compute(x1, x2, n.params());
      Kernel own = ntk.compute(x1, n.params());
      for (int i = 0; i < names.size(); i++) {
        for (int j = 0; j < names.size(); j++) {
          String what = implementation + " of outputs " + i + " and " + j;
          Tensor expected = reduced(first.get(i), second.get(j), List.of(), List.of());
          same(what, expected, between.block(names.get(i), names.get(j)).values());
          expected = reduced(first.get(i), first.get(j), List.of(), List.of());
          same(what + ", x2 absent", expected, own.block(names.get(i), names.get(j)).values());
        }
      }
    }
  }

  private static Tensor reduced(
      Jacobian first, Jacobian second, List<Integer> trace, List<Integer> diagonal) {
    double[][] full = BruteForce.product(first, second);
    return BruteForce.reduced(full, first.output(), second.output(), trace, diagonal);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void kernels_with_axes_traced_and_kept(NamedNetwork n) {
    Tree<Tensor> x1 = n.inputs(1, 3);
    Tree<Tensor> x2 = n.inputs(40, 3);
    List<Jacobian> first = jacobians(n, x1);
    List<Jacobian> second = jacobians(n, x2);
    Tree<Aval> outputs = outputs(n, x1);
    Random random = new Random(n.name().hashCode());
    for (int trial = 0; trial < 2; trial++) {
      List<List<Integer>> trace = new ArrayList<>();
      List<List<Integer>> diagonal = new ArrayList<>();
      for (Aval y : outputs.leaves()) {
        List<Integer> kinds = random.ints(y.rank(), 0, 3).boxed().toList();
        trace.add(IntStream.range(0, y.rank()).filter(k -> kinds.get(k) == 0).boxed().toList());
        diagonal.add(IntStream.range(0, y.rank()).filter(k -> kinds.get(k) == 1).boxed().toList());
      }
      for (Implementation implementation : Implementation.values()) {
        Ntk ntk =
            Ntk.of(n.network())
                .traceAxes(outputs.unflatten(trace))
                .diagonalAxes(outputs.unflatten(diagonal))
                .implementation(implementation)
                .build();
        List<Tensor> blocks = ntk.compute(x1, x2, n.params()).tree().leaves();
        for (int i = 0; i < blocks.size(); i++) {
          Tensor expected = reduced(first.get(i), second.get(i), trace.get(i), diagonal.get(i));
          same(
              implementation + " trace " + trace + " diagonal " + diagonal,
              expected,
              blocks.get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void kernel_vector_products(NamedNetwork n) {
    Tree<Tensor> x1 = n.inputs(1, 3);
    Tree<Tensor> x2 = n.inputs(20, 2);
    List<Jacobian> first = jacobians(n, x1);
    List<Jacobian> second = jacobians(n, x2);
    Tree<Tensor> v = outputs(n, x2).map(y -> RandomKey.of(y.size()).normal(DType.F64, y.shape()));
    Tree<Tensor> product = NtkVectorProduct.of(n.network(), x1, x2, n.params()).apply(v);
    for (int i = 0; i < first.size(); i++) {
      Tensor expected = Tensor.zeros(DType.F64, first.get(i).output());
      for (int j = 0; j < second.size(); j++) {
        addProduct(BruteForce.product(first.get(i), second.get(j)), v.leaves().get(j), expected);
      }
      same("output " + i, expected, product.leaves().get(i));
    }
  }

  private static void addProduct(double[][] kernel, Tensor v, Tensor sum) {
    for (int row = 0; row < kernel.length; row++) {
      for (int column = 0; column < kernel[row].length; column++) {
        sum.setDouble(row, sum.getDouble(row) + kernel[row][column] * v.getDouble(column));
      }
    }
  }
}
