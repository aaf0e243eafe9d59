package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomDistribution;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// A network drawn from a grammar: one to three parameters of rank 0 to 4, used several times,
/// before and after they meet the data, by everything in [RandomSteps].
///
/// The same numbers always give the same network.
public record RandomNetwork(List<Integer> numbers) implements Network {
  private static final List<Long> SIZES = List.of(2L, 3L, 1L, 4L, 2L, 3L, 0L);
  private static final int ELEMENTS_MAX = 160;
  private static final int OUTPUTS_MAX = 24;

  public RandomNetwork {
    numbers = List.copyOf(numbers);
  }

  /// Numbers of networks, at most `most` of each, for a property: all as likely as each other.
  public static Arbitrary<List<Integer>> anyNumbers(int most) {
    return Arbitraries.integers()
        .between(0, 999)
        .withDistribution(RandomDistribution.uniform())
        .withoutEdgeCases()
        .list()
        .ofMaxSize(most)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  /// The shapes drawn first: of the parameters, and of one example.
  public record Shapes(List<Shape> parameters, Shape example) {
    static Shapes draw(Choices c) {
      int count = 1 + c.next(3);
      List<Shape> parameters =
          IntStream.range(0, count).mapToObj(_ -> shape(c, c.next(5))).toList();
      return new Shapes(parameters, shape(c, c.next(4)));
    }

    private static Shape shape(Choices c, int rank) {
      // A size of 0 is the rarest.
      return Shape.of(
          IntStream.range(0, rank)
              .mapToObj(_ -> SIZES.get(c.next(c.next(8) == 7 ? 7 : 6)))
              .toList());
    }
  }

  /// The shapes drawn.
  public Shapes shapes() {
    return Shapes.draw(new Choices(numbers));
  }

  @Override
  public Tree<Value> apply(Tree<Value> parameters, Tree<Value> x) {
    Choices c = new Choices(numbers);
    Shapes.draw(c);
    List<Value> pool = new ArrayList<>(x.leaves());
    pool.addAll(parameters.leaves());
    int steps = 1 + c.next(8);
    for (int step = 0; step < steps; step++) {
      Value y = RandomSteps.step(c, pool);
      pool.add(reduced(y, ELEMENTS_MAX));
    }
    Value output = RandomSteps.finish(c, pool.getLast(), pool.get(1), pool.getFirst());
    return Tree.of(reduced(output, OUTPUTS_MAX));
  }

  /// `y`, summed over trailing axes until it is small.
  private static Value reduced(Value y, int max) {
    Value small = y;
    while (small.shape().size() > max && small.rank() > 0) {
      small = small.sum(-1);
    }
    return small;
  }

  @Override
  public String toString() {
    return "RandomNetwork" + numbers;
  }
}
