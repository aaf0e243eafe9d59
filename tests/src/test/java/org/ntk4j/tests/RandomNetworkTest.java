package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ntk.Networks;

/// Every implementation gives the kernel of every network of the grammar.
///
/// jqwik prints the seed of a run, and shrinks a network that fails. More networks than usual:
/// `./check -Djqwik.tries=100000 -Dtest=RandomNetworkTest -Dsurefire.failIfNoSpecifiedTests=false`.
class RandomNetworkTest {
  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(80);
  }

  @Property(shrinking = ShrinkingMode.BOUNDED)
  void every_implementation_equals_brute_force(@ForAll("numbers") List<Integer> numbers) {
    assertKernels(new RandomNetwork(numbers));
  }

  /// Asserts all implementations against `J Jᵀ`, between two sets of examples and of one with
  /// itself.
  static void assertKernels(RandomNetwork network) {
    RandomNetwork.Shapes shapes = network.shapes();
    List<RandomKey> keys = RandomKey.of(network.numbers().hashCode()).split(3);
    List<RandomKey> own = keys.get(0).split(shapes.parameters().size());
    List<Tree<Tensor>> parameters = new ArrayList<>();
    for (int k = 0; k < own.size(); k++) {
      parameters.add(Tree.of(own.get(k).normal(DType.F64, shapes.parameters().get(k))));
    }
    Tree<Tensor> params = Tree.list(parameters);
    Tree<Tensor> x1 = examples(keys.get(1), 3, shapes);
    boolean symmetric = network.numbers().size() % 3 == 2;
    Optional<Tree<Tensor>> x2 =
        symmetric ? Optional.empty() : Optional.of(second(network, params, keys.get(2), shapes));
    Kernels.assertAll(network, params, x1, x2);
  }

  /// Two examples; three where the network's output has a shape that does not follow their number.
  private static Tree<Tensor> second(
      RandomNetwork network, Tree<Tensor> params, RandomKey key, RandomNetwork.Shapes shapes) {
    Tree<Tensor> two = examples(key, 2, shapes);
    Tree<Tensor> three = examples(key, 3, shapes);
    return outputRank(network, params, two) == outputRank(network, params, three) ? two : three;
  }

  private static int outputRank(RandomNetwork network, Tree<Tensor> params, Tree<Tensor> x) {
    try {
      return Networks.program(
              network, params.map(RandomNetworkTest::aval), x.map(RandomNetworkTest::aval))
          .program()
          .outputs()
          .getFirst()
          .aval()
          .rank();
    } catch (IllegalArgumentException e) {
      return -1; // Not a network for this many examples.
    }
  }

  private static Aval aval(Tensor t) {
    return new Aval(t.dtype(), t.shape());
  }

  private static Tree<Tensor> examples(RandomKey key, int count, RandomNetwork.Shapes shapes) {
    return Tree.of(key.normal(DType.F64, Shape.of(count).concat(shapes.example())));
  }
}
