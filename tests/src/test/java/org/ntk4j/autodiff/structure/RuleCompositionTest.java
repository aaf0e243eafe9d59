package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.ntk4j.tests.Choices;

/// Rules applied one after the other, against the dense Jacobian of the chain.
class RuleCompositionTest {
  private static final int NUMBERS = 80;

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return Arbitraries.integers().between(0, 999).list().ofSize(NUMBERS);
  }

  @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
  void a_chain_is_the_dense_jacobian_of_the_chain(@ForAll("numbers") List<Integer> numbers) {
    RandomChain chain = RandomChain.draw(new Choices(numbers));
    LocalJacobian.assertClose(chain.jacobian(), chain.claimed(), 1e-9);
  }

  @Property(tries = 500, shrinking = ShrinkingMode.BOUNDED)
  void the_expansion_of_a_chain_is_the_dense_jacobian(@ForAll("numbers") List<Integer> numbers) {
    RandomChain chain = RandomChain.draw(new Choices(numbers));
    if (!chain.map().isEmbedded()) {
      LocalJacobian.assertClose(chain.jacobian(), chain.expanded(), 1e-9);
    }
  }

  /// The properties above would hold of chains without links too.
  @Test
  void chains_reach_every_part_of_the_form() {
    Random random = new Random(1);
    List<RandomChain> chains =
        IntStream.range(0, 300)
            .mapToObj(_ -> random.ints(NUMBERS, 0, 1000).boxed().toList())
            .map(numbers -> RandomChain.draw(new Choices(numbers)))
            .toList();
    assertTrue(chains.stream().mapToInt(RandomChain::length).sum() > 600);
    assertTrue(chains.stream().filter(c -> c.map().isEmbedded()).count() > 10);
    assertTrue(chains.stream().filter(c -> c.map().factors().size() > 2).count() > 10);
    for (Class<?> link : Link.class.getPermittedSubclasses()) {
      assertTrue(
          chains.stream().filter(c -> links(c).anyMatch(link::isInstance)).count() > 10,
          link.getSimpleName());
    }
  }

  private static Stream<Link> links(RandomChain chain) {
    return chain.map().digits().stream().flatMap(d -> d.link().stream());
  }
}
