package org.ntk4j.tests.cpu;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import org.ntk4j.ir.Program;

/// Kernel programs of random networks, compiled, in `f32` and `f64` and by every implementation.
///
/// jqwik prints the seed of a run, and shrinks a network that fails.
class CompiledNetworkTest {
  @Provide
  Arbitrary<List<Integer>> numbers() {
    return Arbitraries.integers()
        .between(0, 999)
        .withDistribution(RandomDistribution.uniform())
        .withoutEdgeCases()
        .list()
        .ofMaxSize(80)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void the_compiled_kernel_is_the_evaluators(@ForAll("numbers") List<Integer> numbers) {
    check(numbers);
  }

  /// Asserts it for the network that these numbers describe.
  static void check(List<Integer> numbers) {
    Optional<Program> p = Programs.random(numbers);
    p.ifPresent(program ->
        Compiled.assertEqualsEvaluator(program, Programs.values(program, numbers.hashCode())));
  }
}
