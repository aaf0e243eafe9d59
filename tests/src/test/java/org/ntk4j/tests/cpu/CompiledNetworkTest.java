package org.ntk4j.tests.cpu;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.ntk4j.cpu.loop.LoopText;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Lowering;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.tests.RandomNetwork;

/// Kernel programs of random networks, compiled, in `f32` and `f64` and by every implementation.
///
/// jqwik prints the seed of a run and how many tries were which, and shrinks a network that fails.
class CompiledNetworkTest {
  /// Of 2,000 lists of numbers all described a network.
  private static final double RAN_PERCENT = 95;

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(80);
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void the_compiled_kernel_is_the_evaluators(@ForAll("numbers") List<Integer> numbers) {
    Statistics.label("compiled and run")
        .collect(check(numbers))
        .coverage(c -> c.check(true).percentage(share -> share >= RAN_PERCENT));
  }

  /// Asserts it for the network that these numbers describe, if they describe one.
  ///
  /// @return whether they do
  static boolean check(List<Integer> numbers) {
    Optional<Program> p = Programs.random(numbers);
    p.ifPresent(program ->
        Compiled.assertEqualsEvaluator(program, Programs.values(program, numbers.hashCode())));
    return p.isPresent();
  }

  /// What only large programs have.
  private enum Large {
    /// A product in tiles.
    PRODUCT,
    /// A large product of a value with itself.
    SYMMETRIC_PRODUCT,
    /// Nests that go through the same rows.
    ROWS,
    /// A nest in several pieces for threads.
    PIECES
  }

  private static final double PRODUCT_MIN = 1 << 19;
  private static final long SIDE_MIN = 49;

  @Property(tries = 50, shrinking = ShrinkingMode.BOUNDED)
  void the_compiled_kernel_of_a_large_network_is_the_evaluators(
      @ForAll("numbers") List<Integer> numbers) {
    Program p = Programs.large(numbers);
    Set<Large> found = EnumSet.noneOf(Large.class);
    look(Lowering.lower(p), found);
    for (Large each : Large.values()) {
      Statistics.label(each.name())
          .collect(found.contains(each))
          .coverage(c -> c.check(true).count(n -> n > 0));
    }
    Compiled.assertEqualsEvaluator(p, Programs.values(p, numbers.hashCode()));
  }

  private static void look(Schedule schedule, Set<Large> found) {
    for (Step step : schedule.steps()) {
      switch (step) {
        case Step.Product p -> look(p.product(), found);
        case Step.Loops nest -> look(nest, found);
        case Step.Rows _ -> found.add(Large.ROWS);
        case Step.Scan scan -> look(scan.body(), found);
        case Step.While loop -> look(loop.body(), found);
        case Step.Branch branch -> branch.branches().forEach(b -> look(b, found));
        case Step.Fill _, Step.Convolution _, Step.Fused _, Step.Evaluate _ -> {}
      }
    }
  }

  private static void look(Step.Loops nest, Set<Large> found) {
    if (LoopText.of(nest.nest(), "nest").pieces() > 1) {
      found.add(Large.PIECES);
    }
  }

  private static void look(MatrixProduct p, Set<Large> found) {
    double work = (double) p.rows() * p.columns() * p.inner();
    if (work > PRODUCT_MIN && p.symmetric()) {
      found.add(Large.SYMMETRIC_PRODUCT);
    } else if (work > PRODUCT_MIN && Math.min(p.rows(), p.columns()) >= SIDE_MIN) {
      found.add(Large.PRODUCT);
    }
  }
}
