package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;
import org.ntk4j.ntk.TileSizes;
import org.ntk4j.tests.KernelNetworks.Case;

/// A kernel does not depend on the tiles it is computed in.
final class TileTest {
  static List<Case> networks() {
    List<String> mixing = List.of("centered examples", "batch normalization", "sizes zero and one");
    return KernelNetworks.all().stream().filter(c -> !mixing.contains(c.name())).toList();
  }

  private static final List<Implementation> IMPLEMENTATIONS =
      List.of(
          Implementation.STRUCTURED_DERIVATIVES,
          Implementation.JACOBIAN_CONTRACTION,
          Implementation.NTK_VECTOR_PRODUCTS);

  /// By the reference evaluator: many small programs run once.
  private static NtkBuilder evaluated(Case c, Implementation implementation) {
    return Ntk.of(c.network())
        .implementation(implementation)
        .runner(Runner.evaluator())
        .memoryModel(MemoryModel.evaluator());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void tiles_of_examples_do_not_change_the_kernel(Case c) {
    List<TileSizes> all =
        List.of(TileSizes.of(1, 1), TileSizes.of(2, 1), TileSizes.of(2, 2), TileSizes.of(9, 9));
    for (TileSizes sizes : all) {
      assertInvariant(c, sizes, NtkBuilder::traceAxes);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pieces_of_outputs_do_not_change_the_kernel(Case c) {
    TileSizes sizes = new TileSizes(2, 1, OptionalLong.of(2));
    assertInvariant(c, sizes, NtkBuilder::traceAxes);
    if (!c.name().equals("rank one")) {
      assertInvariant(c, sizes, b -> b.traceAxes(-1));
      assertInvariant(c, sizes, b -> b.traceAxes().diagonalAxes(-1));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void a_traced_or_diagonal_example_axis_does_not_keep_from_cutting(Case c) {
    for (TileSizes sizes :
        List.of(TileSizes.of(1, 1), TileSizes.of(2, 2), new TileSizes(2, 2, OptionalLong.of(2)))) {
      for (Implementation implementation : IMPLEMENTATIONS) {
        NtkBuilder builder = evaluated(c, implementation);
        assertPaired(c, sizes, builder.traceAxes(0));
        assertPaired(c, sizes, builder.traceAxes().diagonalAxes(0));
        if (!c.name().equals("rank one")) {
          assertPaired(c, sizes, builder.traceAxes(0, -1).diagonalAxes());
          assertPaired(c, sizes, builder.traceAxes(-1).diagonalAxes(0));
          assertPaired(c, sizes, builder.traceAxes(0).diagonalAxes(-1));
        }
      }
    }
  }

  private static void assertPaired(Case c, TileSizes sizes, NtkBuilder builder) {
    Ntk tiled = builder.tiles(sizes).build();
    Ntk whole = builder.tiles(Optional.empty()).build();
    String what = sizes.toString();
    assertClose(what, whole.both(c.x1(), c.params()), tiled.both(c.x1(), c.params()));
    assertClose(
        what, whole.both(c.x1(), c.x1(), c.params()), tiled.both(c.x1(), c.x1(), c.params()));
  }

  private static void assertInvariant(Case c, TileSizes sizes, UnaryOperator<NtkBuilder> axes) {
    for (Implementation implementation : IMPLEMENTATIONS) {
      NtkBuilder builder = axes.apply(evaluated(c, implementation));
      Ntk tiled = builder.tiles(sizes).build();
      Ntk whole = builder.tiles(Optional.empty()).build();
      String what = implementation + ", " + sizes;
      assertClose(what, whole.both(c.x1(), c.params()), tiled.both(c.x1(), c.params()));
      assertClose(
          what, whole.both(c.x1(), c.x2(), c.params()), tiled.both(c.x1(), c.x2(), c.params()));
    }
  }

  private static void assertClose(String what, KernelPair expected, KernelPair actual) {
    assertClose(what, expected.ntk(), actual.ntk());
    assertClose(what, expected.nngp(), actual.nngp());
  }

  private static void assertClose(String what, Kernel expected, Kernel actual) {
    assertTrue(actual.memory().orElseThrow().tiles().isPresent());
    assertFalse(expected.memory().orElseThrow().tiles().isPresent());
    assertEquals(expected.blocks().size(), actual.blocks().size());
    for (int i = 0; i < expected.blocks().size(); i++) {
      double error =
          BruteForce.error(expected.blocks().get(i).values(), actual.blocks().get(i).values());
      assertTrue(error <= 1e-12, () -> what + ": relative error " + error);
    }
  }
}
