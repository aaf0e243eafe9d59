package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkVectorProduct;
import org.ntk4j.ntk.Taylor;
import org.ntk4j.tests.KernelNetworks.Case;

/// Taylor polynomials of networks, and products with their kernels.
final class ExpansionTest {

  private static List<Case> cases() {
    return KernelNetworks.all();
  }

  private static Tree<Tensor> moved(Tree<Tensor> params, double step) {
    long[] seed = {500};
    return params.map(t -> {
      double[] values = t.toDoubles();
      double[] by = RandomKey.of(seed[0]++).normal(DType.F64, t.shape()).toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] += step * by[i];
      }
      return Tensor.of(values, values.length).reshape(t.shape());
    });
  }

  private static double distance(Tensor x, Tensor y) {
    double largest = 0;
    for (long i = 0; i < x.size(); i++) {
      largest = Math.max(largest, Math.abs(x.getDouble(i) - y.getDouble(i)));
    }
    return largest;
  }

  /// `f(θ + h d)` differs from its polynomial of degree `k` by `O(h^(k+1))`.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void the_remainder_has_the_next_order(int degree) {
    Case c = KernelNetworks.all().getFirst();
    Network polynomial = Taylor.expand(c.network(), c.params(), degree);
    double coarse = remainder(c, polynomial, 2e-2);
    double fine = remainder(c, polynomial, 1e-2);
    double order = Math.log(coarse / fine) / Math.log(2);
    assertEquals(degree + 1, order, 0.25);
  }

  private static double remainder(Case c, Network polynomial, double step) {
    Tree<Tensor> params = moved(c.params(), step);
    return distance(
        Networks.run(c.network(), params, c.x1()).value(),
        Networks.run(polynomial, params, c.x1()).value());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void degree_zero_is_constant_and_every_degree_exact_at_the_center(Case c) {
    Tensor y = Networks.run(c.network(), c.params(), c.x1()).value();
    Network constant = Taylor.expand(c.network(), c.params(), 0);
    assertTrue(distance(y, Networks.run(constant, moved(c.params(), 1), c.x1()).value()) < 1e-14);
    for (int degree = 0; degree <= 2; degree++) {
      Network polynomial = Taylor.expand(c.network(), c.params(), degree);
      assertTrue(distance(y, Networks.run(polynomial, c.params(), c.x1()).value()) < 1e-14);
    }
  }

  /// `f(θ + h d) ≈ f(θ) + h J d` with `J` by central differences.
  @ParameterizedTest
  @MethodSource("cases")
  void linearize_is_the_first_order_by_differences(Case c) {
    Tree<Tensor> params = moved(c.params(), 1);
    Tensor y = Networks.run(c.network(), c.params(), c.x1()).value();
    Network linear = Taylor.linearize(c.network(), c.params());
    Tensor actual = Networks.run(linear, params, c.x1()).value();
    double h = 1e-5;
    Tensor more = Networks.run(c.network(), along(c.params(), params, h), c.x1()).value();
    Tensor less = Networks.run(c.network(), along(c.params(), params, -h), c.x1()).value();
    for (long i = 0; i < y.size(); i++) {
      double slope = (more.getDouble(i) - less.getDouble(i)) / (2 * h);
      assertEquals(y.getDouble(i) + slope, actual.getDouble(i), 1e-5);
    }
  }

  private static Tree<Tensor> along(Tree<Tensor> from, Tree<Tensor> to, double t) {
    return Tree.zip(
        from,
        to,
        (x, y) -> {
          Tensor z = Tensor.zeros(DType.F64, x.shape());
          for (long i = 0; i < x.size(); i++) {
            z.setDouble(i, x.getDouble(i) + t * (y.getDouble(i) - x.getDouble(i)));
          }
          return z;
        });
  }

  @Test
  void a_linearized_network_keeps_its_kernel_wherever_it_is_taken() {
    Case c = KernelNetworks.all().getFirst();
    Network linear = Taylor.linearize(c.network(), c.params());
    Tensor kernel = Ntk.of(c.network()).build().compute(c.x1(), c.params()).values();
    Tensor other = Ntk.of(linear).build().compute(c.x1(), moved(c.params(), 1)).values();
    assertTrue(distance(kernel, other) < 1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_product_with_a_vector_is_that_of_the_kernel(Case c) {
    double[][] kernel = BruteForce.ntk(c.network(), c.params(), c.x1(), c.x2());
    Tensor y2 = Networks.run(c.network(), c.params(), c.x2()).value();
    Tensor v = RandomKey.of(9).normal(DType.F64, y2.shape());
    Tensor product =
        NtkVectorProduct.of(c.network(), c.x1(), c.x2(), c.params()).apply(Tree.of(v)).value();
    assertEquals(kernel.length, product.size());
    for (int i = 0; i < kernel.length; i++) {
      double expected = 0;
      for (int j = 0; j < kernel[i].length; j++) {
        expected += kernel[i][j] * v.getDouble(j);
      }
      assertEquals(expected, product.getDouble(i), 1e-10 * Math.max(1, Math.abs(expected)));
    }
    double[][] own = BruteForce.ntk(c.network(), c.params(), c.x1(), c.x1());
    Tensor y1 = Networks.run(c.network(), c.params(), c.x1()).value();
    Tensor first = Tensor.zeros(DType.F64, y1.shape());
    first.setDouble(0, 1);
    Tensor column =
        NtkVectorProduct.of(c.network(), c.x1(), c.params()).apply(Tree.of(first)).value();
    for (int i = 0; i < own.length; i++) {
      assertEquals(own[i][0], column.getDouble(i), 1e-10 * Math.max(1, Math.abs(own[i][0])));
    }
  }
}
