package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;

/// Kernels by every implementation against `J Jᵀ`, element by element, in float64.
final class Kernels {
  private static final double TOLERANCE = 1e-10;

  /// Larger entries come of powers of powers; orders of contraction overflow in different places,
  /// the float32 parts of a network first.
  private static final double LARGEST = 1e30;

  /// Gradients of the small networks here take more.
  private static final long SLAB = 100;

  private Kernels() {}

  /// Asserts the full kernel between `x1` and `x2`, and of `x1` with itself.
  static void assertAll(Network network, Tree<Tensor> params, Tree<Tensor> x1, Tree<Tensor> x2) {
    assertAll(network, params, x1, Optional.of(x2));
    assertAll(network, params, x1, Optional.empty());
  }

  /// Asserts the full kernel between `x1` and `x2`, or of `x1` with itself.
  static void assertAll(
      Network network, Tree<Tensor> params, Tree<Tensor> x1, Optional<Tree<Tensor>> x2) {
    Tensor expected = BruteForce.ntk(network, params, x1, x2.orElse(x1), 0, List.of(), List.of());
    for (Implementation implementation : Implementation.values()) {
      Ntk ntk = evaluated(network, implementation).build();
      assertKernel(implementation.toString(), ntk, params, x1, x2, expected);
    }
    Ntk slabs =
        evaluated(network, Implementation.STRUCTURED_DERIVATIVES).gradientBytes(SLAB).build();
    assertKernel("slabs", slabs, params, x1, x2, expected);
  }

  private static void assertKernel(
      String name,
      Ntk ntk,
      Tree<Tensor> params,
      Tree<Tensor> x1,
      Optional<Tree<Tensor>> x2,
      Tensor expected) {
    Tensor actual =
        x2.map(x -> ntk.compute(x1, x, params)).orElseGet(() -> ntk.compute(x1, params)).values();
    double error = error(expected, actual);
    assertTrue(error <= TOLERANCE, () -> name + ": relative error " + error);
  }

  /// By the reference evaluator: thousands of small programs, each run once. That compiled programs
  /// are what they should be is asserted elsewhere.
  private static NtkBuilder evaluated(Network network, Implementation implementation) {
    return Ntk.of(network)
        .traceAxes()
        .implementation(implementation)
        .runner(Runner.evaluator())
        .memoryModel(MemoryModel.evaluator())
        .rates(Rates.DEFAULT);
  }

  /// Largest difference relative to the largest entry, or 1 if that is larger. Where an expected
  /// entry is not a finite number (a power of a large one), nothing is compared.
  private static double error(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    double scale = 1;
    double worst = 0;
    for (long i = 0; i < expected.size(); i++) {
      double e = expected.getDouble(i);
      if (Math.abs(e) <= LARGEST) {
        scale = Math.max(scale, Math.abs(e));
        double difference = Math.abs(e - actual.getDouble(i));
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
      }
    }
    return worst / scale;
  }
}
