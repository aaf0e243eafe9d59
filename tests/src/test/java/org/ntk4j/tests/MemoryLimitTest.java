package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.MemoryException;
import org.ntk4j.ntk.MemoryUse;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;
import org.ntk4j.ntk.TilePlan;
import org.ntk4j.ntk.TileSizes;

/// A kernel takes no more memory than it may.
final class MemoryLimitTest {
  private static final long EXAMPLES = 40;
  private static final String SIZE = "\\d+\\.\\d\\d [kM]B";

  /// Whose activations and gradients outweigh parameters and result.
  private static final Network NETWORK =
      (p, x) ->
          Tree.of(
              x.value()
                  .matmul(p.leaves().get(0))
                  .tanh()
                  .matmul(p.leaves().get(1))
                  .tanh()
                  .mean(1)
                  .matmul(p.leaves().get(2)));

  private static final Tree<Tensor> PARAMS =
      Tree.leaves(
          List.of(
              KernelNetworks.normal(1, 6, 32),
              KernelNetworks.normal(2, 32, 32),
              KernelNetworks.normal(3, 32, 3)));

  private static Tree<Tensor> x(long seed, long examples) {
    return Tree.of(KernelNetworks.normal(seed, examples, 8, 6));
  }

  private static final Tree<Tensor> X1 = x(4, EXAMPLES);
  private static final Tree<Tensor> X2 = x(5, 23);

  private static NtkBuilder ntk() {
    return Ntk.of(NETWORK).traceAxes();
  }

  private static long atOnce(Implementation implementation) {
    Explanation plan =
        ntk()
            .implementation(implementation)
            .build()
            .explain(Networks.avals(X1), Networks.avals(X2), Networks.avals(PARAMS));
    return plan.predictions().getFirst().peakBytes();
  }

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void the_limit_holds_and_the_prediction_is_exact(Implementation implementation) {
    long atOnce = atOnce(implementation);
    Kernel whole = ntk().implementation(implementation).build().compute(X1, X2, PARAMS);
    assertFalse(whole.memory().orElseThrow().tiles().isPresent());
    int tiled = 0;
    for (double share : new double[] {0.9, 0.5, 0.3, 0.2}) {
      long limit = (long) (share * atOnce);
      Ntk limited = ntk().implementation(implementation).memory(limit).build();
      Kernel kernel;
      try {
        kernel = limited.compute(X1, X2, PARAMS);
      } catch (MemoryException tooSmall) {
        assertTrue(tooSmall.neededBytes() > limit);
        assertEquals(limit, tooSmall.limitBytes());
        continue;
      }
      assertTrue(BruteForce.error(whole.values(), kernel.values()) <= 1e-12);
      MemoryUse use = kernel.memory().orElseThrow();
      if (use.tiles().isEmpty()) {
        assertTrue(use.predictedBytes() <= limit, use::toString);
        continue;
      }
      long measured = use.measuredBytes().orElse(0);
      assertTrue(measured <= limit && use.predictedBytes() <= limit, use::toString);
      assertTrue(Math.abs(measured - use.predictedBytes()) <= 0.01 * measured, use::toString);
      tiled++;
    }
    assertTrue(tiled > 0, implementation + " was never cut");
  }

  @Test
  void jacobians_are_never_stored_whole_under_a_limit() {
    long atOnce = atOnce(Implementation.JACOBIAN_CONTRACTION);
    Explanation plan =
        ntk()
            .implementation(Implementation.JACOBIAN_CONTRACTION)
            .memory(atOnce / 4)
            .build()
            .explain(Networks.avals(X1), Networks.avals(X2), Networks.avals(PARAMS));
    TilePlan tiles = plan.tiles().orElseThrow();
    assertTrue(tiles.peakBytes() <= atOnce / 4, tiles::toString);
    assertEquals(atOnce, tiles.untiledPeakBytes());
    assertTrue(plan.toString().contains("tiles: " + tiles), plan::toString);
  }

  /// Counts how often each program runs, and what is computed.
  private static final class Counting implements Runner {
    private final Map<Program, Integer> runs = new IdentityHashMap<>();
    private long operations;

    @Override
    public List<Tensor> run(Program p, List<Tensor> inputs) {
      throw new AssertionError("tiles are run within a scope");
    }

    @Override
    public List<Tensor> run(Program p, List<Tensor> inputs, TensorScope scope) {
      runs.merge(p, 1, Integer::sum);
      operations += Cost.of(p).operations();
      return Runner.evaluator().run(p, inputs, scope);
    }
  }

  private static List<Integer> sorted(Counting counting) {
    return counting.runs.values().stream().sorted().toList();
  }

  @Test
  void factors_are_computed_once() {
    Counting between = new Counting();
    ntk().tiles(TileSizes.of(10, 8)).runner(between).build().compute(X1, X2, PARAMS);
    // Parameters once; 3 tiles of columns, 4 of rows, and each pair of them.
    assertEquals(List.of(1, 3, 4, 12), sorted(between));
    Counting symmetric = new Counting();
    ntk().tiles(TileSizes.of(10, 10)).runner(symmetric).build().compute(X1, PARAMS);
    // 4 tiles, each alone, with itself, and with each one after it.
    assertEquals(List.of(1, 4, 4, 6), sorted(symmetric));
    long once =
        Cost.of(ntk().build().explain(Networks.avals(X1), Networks.avals(PARAMS)).program())
            .operations();
    assertTrue(symmetric.operations <= 1.2 * once, () -> symmetric.operations + " of " + once);
  }

  @Test
  void columns_are_computed_again_where_they_cannot_be_kept() {
    Explanation plan =
        ntk().build().explain(Networks.avals(X1), Networks.avals(X2), Networks.avals(PARAMS));
    long atOnce = plan.predictions().getFirst().peakBytes();
    Counting counting = new Counting();
    Kernel kernel =
        ntk()
            .implementation(plan.chosen())
            .memory(atOnce / 5)
            .runner(counting)
            .build()
            .compute(X1, X2, PARAMS);
    TilePlan tiles = kernel.memory().orElseThrow().tiles().orElseThrow();
    assertFalse(tiles.columnsKept(), tiles::toString);
    int pairs = (int) tiles.tiles();
    assertEquals(pairs, tiles.rowTiles() * tiles.columnTiles());
    assertEquals(List.of(1, (int) tiles.rowTiles(), pairs, pairs), sorted(counting));
  }

  @Test
  void progress_is_told_tile_by_tile() {
    List<String> told = new ArrayList<>();
    ntk()
        .tiles(TileSizes.of(20, 12))
        .progress((done, all) -> told.add(done + "/" + all))
        .build()
        .compute(X1, X2, PARAMS);
    assertEquals(List.of("0/4", "1/4", "2/4", "3/4", "4/4"), told);
  }

  private static String refusal(NtkBuilder builder) {
    return assertThrows(MemoryException.class, () -> builder.build().compute(X1, PARAMS))
        .getMessage();
  }

  @Test
  void what_does_not_fit_is_refused_with_the_numbers() {
    String result = refusal(ntk().memory(100_000));
    assertTrue(
        result.matches(
            "the kernel needs "
                + SIZE
                + " of memory and may take 100.00 kB; inputs and result alone take 141.06 kB"),
        result);
    String smallest = refusal(ntk().memory(141_500));
    assertTrue(
        smallest.matches(
            "the kernel needs "
                + SIZE
                + " of memory at once and "
                + SIZE
                + " in the smallest tiles \\(1 x 1 examples, 1 output at a time\\), and may take"
                + " 141.50 kB"),
        smallest);
    Network centered = (p, x) -> NETWORK.apply(p, Tree.of(x.value().sub(x.value().mean(0))));
    String interacting = refusal(Ntk.of(centered).traceAxes().memory(200_000));
    assertTrue(
        interacting.contains(
            "and may take 200.00 kB; it cannot be cut: examples interact: equation 1, `reduce_sum"),
        interacting);
  }

  @Test
  void a_limit_is_positive() {
    assertEquals(
        "a memory limit is positive; got 0 bytes",
        assertThrows(IllegalArgumentException.class, () -> ntk().memory(0)).getMessage());
    assertEquals(
        "tile sizes are positive; got 0 by 1 examples, 2 outputs",
        assertThrows(IllegalArgumentException.class, () -> new TileSizes(0, 1, OptionalLong.of(2)))
            .getMessage());
  }
}
