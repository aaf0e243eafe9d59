package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.ntk4j.tests.Choices;

/// The einsum of two uses of a parameter, each a random chain of rules, against the product of the
/// dense Jacobians of the chains.
class TermTest {
  private static final int NUMBERS = 80;

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return Arbitraries.integers().between(0, 999).list().ofSize(NUMBERS);
  }

  @Property(tries = 1000, shrinking = ShrinkingMode.BOUNDED)
  void a_term_is_the_product_of_the_jacobians(@ForAll("numbers") List<Integer> numbers) {
    List<RandomChain> pair = RandomChain.drawPair(new Choices(numbers));
    term(pair).ifPresent(term -> check(pair, term));
  }

  @Property(tries = 300)
  void ranges_of_a_parameter_meet_where_they_overlap(@ForAll("numbers") List<Integer> numbers) {
    List<RandomChain> pair = RandomChain.drawRanges(new Choices(numbers));
    check(pair, term(pair).orElseThrow());
  }

  private static Optional<double[]> term(List<RandomChain> pair) {
    boolean embedded = pair.stream().anyMatch(c -> c.map().isEmbedded());
    return embedded ? Optional.empty() : pair.get(0).term(pair.get(1));
  }

  /// Axis by axis, the rows of the first and of the second chain interleave.
  private static void check(List<RandomChain> pair, double[] term) {
    double[][] x = pair.get(0).jacobian();
    double[][] y = pair.get(1).jacobian();
    List<Long> first = dims(pair.get(0));
    List<Long> second = dims(pair.get(1));
    assertEquals((long) x.length * y.length, term.length);
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        double expected = 0;
        for (int w = 0; w < x[i].length; w++) {
          expected += x[i][w] * y[j][w];
        }
        assertEquals(expected, term[interleaved(i, first, j, second)], 1e-8, pair::toString);
      }
    }
  }

  private static List<Long> dims(RandomChain chain) {
    return chain.map().axes().stream().map(Axis::size).toList();
  }

  private static int interleaved(int i, List<Long> first, int j, List<Long> second) {
    long position = 0;
    for (int axis = 0; axis < Math.max(first.size(), second.size()); axis++) {
      if (axis < first.size()) {
        position = position * first.get(axis) + at(i, first, axis);
      }
      if (axis < second.size()) {
        position = position * second.get(axis) + at(j, second, axis);
      }
    }
    return (int) position;
  }

  private static long at(long flat, List<Long> dims, int axis) {
    long inner = dims.subList(axis + 1, dims.size()).stream().reduce(1L, (a, c) -> a * c);
    return flat / inner % dims.get(axis);
  }

  /// The property would hold if no term were ever found.
  @Test
  void most_pairs_have_a_term() {
    Random random = new Random(1);
    long terms =
        IntStream.range(0, 200)
            .mapToObj(_ -> random.ints(NUMBERS, 0, 1000).boxed().toList())
            .filter(numbers -> term(RandomChain.drawPair(new Choices(numbers))).isPresent())
            .count();
    assertTrue(terms > 120, () -> terms + " of 200");
  }
}
