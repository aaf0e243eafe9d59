package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.MemoryException;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.MemoryUse;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;

/// Gradients of examples: those of one parameter at a time, and of a large one slab by slab.
class GradientSlabsTest {
  private static final long CHANNELS = 48;
  private static final long EXAMPLES = 3;

  /// What the gradients of one filter take.
  private static final long GRADIENT = EXAMPLES * 3 * 3 * CHANNELS * CHANNELS * Double.BYTES;

  /// Layers with filters of 3 x 3 on few pixels: gradients are larger than all else.
  private static final Network LAYERS =
      (p, x) -> {
        Value h = x.value();
        for (Value w : p.leaves()) {
          h = h.conv(w).padding(Padding.SAME).value().tanh();
        }
        return Tree.of(h.sum(1, 2, 3));
      };

  private static Tree<Tensor> filters(int layers) {
    List<Tensor> filters = new ArrayList<>();
    for (int k = 0; k < layers; k++) {
      filters.add(RandomKey.of(k).normal(DType.F64, Shape.of(3, 3, CHANNELS, CHANNELS)));
      for (long e = 0; e < filters.getLast().size(); e++) {
        filters.getLast().setDouble(e, 0.1 * filters.getLast().getDouble(e));
      }
    }
    return Tree.leaves(filters);
  }

  private static Tree<Tensor> images(long seed) {
    return Tree.of(RandomKey.of(seed).normal(DType.F64, Shape.of(EXAMPLES, 8, 8, CHANNELS)));
  }

  private static NtkBuilder layers(Implementation implementation) {
    return Ntk.of(LAYERS)
        .traceAxes()
        .implementation(implementation)
        .runner(Runner.evaluator())
        .memoryModel(MemoryModel.evaluator())
        .rates(Rates.DEFAULT);
  }

  private static long arena(NtkBuilder ntk, int layers) {
    Program p = ntk.build().program(avals(images(1)), avals(images(2)), avals(filters(layers)));
    return MemoryPlan.of(Lowering.lower(p), _ -> 0).arenaBytes();
  }

  private static Tree<Aval> avals(Tree<Tensor> tensors) {
    return Networks.avals(tensors);
  }

  @ParameterizedTest
  @EnumSource(names = {"STRUCTURED_DERIVATIVES", "JACOBIAN_CONTRACTION"})
  void gradients_of_one_parameter_exist_at_a_time(Implementation implementation) {
    long more = arena(layers(implementation), 12) - arena(layers(implementation), 4);
    long allOfThem = 2 * 8 * GRADIENT; // Both sides' gradients of the eight layers more.
    assertTrue(more < allOfThem / 2, () -> "%d bytes more, of %d".formatted(more, allOfThem));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 47, 1000})
  void a_large_parameter_is_contracted_in_slabs_of_any_number(int slabs) {
    long limit = Math.max(1, 2 * GRADIENT / slabs);
    NtkBuilder builder = layers(Implementation.STRUCTURED_DERIVATIVES);
    Tree<Tensor> params = filters(2);
    Tensor expected = builder.build().compute(images(1), images(2), params).values();
    Tensor actual =
        builder.gradientBytes(limit).build().compute(images(1), images(2), params).values();
    assertClose(expected, actual);
    long whole = arena(layers(Implementation.STRUCTURED_DERIVATIVES), 2);
    long cut = arena(builder.gradientBytes(limit), 2);
    long saved = slabs == 1 ? 0 : 2 * GRADIENT - 2 * GRADIENT / Math.min(slabs, CHANNELS);
    assertTrue(whole - cut >= 0.8 * saved, () -> "%d bytes of %d".formatted(cut, whole));
  }

  /// Kernels under ever less memory, until there is too little even for the smallest tiles.
  ///
  /// @return whether some of them made gradients again for each tile
  private static boolean underLimits(Tree<Tensor> x1, Tree<Tensor> x2, long start) {
    Tree<Tensor> params = filters(4);
    boolean symmetric = x1 == x2;
    NtkBuilder builder = layers(Implementation.STRUCTURED_DERIVATIVES);
    Tensor expected = kernel(builder, x1, x2, params).values();
    boolean again = false;
    for (long limit = start; ; limit -= limit / 6) {
      try {
        Kernel actual = kernel(builder.memory(limit), x1, x2, params);
        assertClose(expected, actual.values());
        MemoryUse memory = actual.memory().orElseThrow();
        assertTrue(memory.predictedBytes() <= limit, memory::toString);
        assertTrue(memory.measuredBytes().orElse(0) <= limit, memory::toString);
        assertTrue(!symmetric || isSymmetric(actual.values()), memory::toString);
        again |= memory.tiles().filter(tiles -> !tiles.gradientsKept()).isPresent();
      } catch (MemoryException tooLittle) {
        return again;
      }
    }
  }

  private static Kernel kernel(
      NtkBuilder builder, Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    return x1 == x2 ? builder.build().compute(x1, params) : builder.build().compute(x1, x2, params);
  }

  private static boolean isSymmetric(Tensor k) {
    long n = k.shape().dim(0);
    return LongStream.range(0, n * n)
        .allMatch(e -> k.getDouble(e) == k.getDouble(e % n * n + e / n));
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    for (long e = 0; e < expected.size(); e++) {
      double tolerance = 1e-12 * Math.abs(expected.getDouble(e));
      assertEquals(expected.getDouble(e), actual.getDouble(e), tolerance);
    }
  }

  @Test
  void gradients_that_tiles_cannot_keep_are_made_again() {
    Tree<Tensor> x = images(1);
    long start = 8 * GRADIENT;
    assertTrue(underLimits(x, images(2), start), "between two sets of examples");
    assertTrue(underLimits(x, x, start), "symmetric");
  }

  @Test
  void a_limit_is_positive() {
    assertThrows(IllegalArgumentException.class, () -> Ntk.of(LAYERS).gradientBytes(0));
  }
}
