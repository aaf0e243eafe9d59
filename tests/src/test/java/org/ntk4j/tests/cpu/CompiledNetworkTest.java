package org.ntk4j.tests.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.tests.RandomNetwork;

/// Kernel programs of random networks, compiled, in `f32` and `f64` and by every implementation.
///
/// jqwik prints the seed of a run, and shrinks a network that fails.
class CompiledNetworkTest {
  private static final long EXAMPLES = 3;

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
    RandomNetwork network = new RandomNetwork(numbers);
    int choice = numbers.hashCode() >>> Byte.SIZE;
    DType dtype = choice % 2 == 0 ? DType.F32 : DType.F64;
    Implementation[] all = Implementation.values();
    Optional<Program> p = program(network, dtype, all[choice / 2 % all.length]);
    p.ifPresent(program -> Compiled.assertEqualsEvaluator(program, values(program, numbers)));
  }

  /// Empty: it is not a network for this dtype.
  private static Optional<Program> program(
      RandomNetwork network, DType dtype, Implementation implementation) {
    RandomNetwork.Shapes shapes = network.shapes();
    List<Tree<Aval>> parameters = new ArrayList<>();
    shapes.parameters().forEach(s -> parameters.add(Tree.of(new Aval(dtype, s))));
    Tree<Aval> x = Tree.of(new Aval(dtype, Shape.of(EXAMPLES).concat(shapes.example())));
    try {
      return Optional.of(
          Ntk.of(network).implementation(implementation).build().program(x, Tree.list(parameters)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Tensor> values(Program p, List<Integer> numbers) {
    List<RandomKey> keys = RandomKey.of(numbers.hashCode()).split(p.inputs().size());
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Aval aval = p.inputAvals().get(i);
      values.add(keys.get(i).normal(aval.dtype(), aval.shape()));
    }
    return values;
  }
}
