package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;
import org.ntk4j.ntk.TileSizes;

/// Kernels of many networks in tiles: the same as at once, by every implementation.
class TiledNetworksTest {
  private static final List<Implementation> IMPLEMENTATIONS =
      List.of(
          Implementation.STRUCTURED_DERIVATIVES,
          Implementation.JACOBIAN_CONTRACTION,
          Implementation.NTK_VECTOR_PRODUCTS);

  /// Whether the kernel could be cut; if so, that its tiles give what it is at once.
  private static boolean isInvariant(
      Network network,
      Tree<Tensor> params,
      Tree<Tensor> x1,
      Optional<Tree<Tensor>> x2,
      TileSizes sizes) {
    boolean cut = false;
    for (Implementation implementation : IMPLEMENTATIONS) {
      NtkBuilder builder =
          Ntk.of(network)
              .implementation(implementation)
              .traceAxes()
              .crossOutputs(true)
              .runner(Runner.evaluator())
              .memoryModel(MemoryModel.evaluator());
      Optional<KernelPair> whole = both(false, builder.build(), params, x1, x2);
      Optional<KernelPair> tiled =
          whole.isEmpty() ? whole : both(true, builder.tiles(sizes).build(), params, x1, x2);
      if (tiled.isPresent()) {
        assertClose(implementation, whole.orElseThrow().ntk(), tiled.get().ntk());
        assertClose(implementation, whole.orElseThrow().nngp(), tiled.get().nngp());
        cut = true;
      }
    }
    return cut;
  }

  /// The kernels; absent if they are refused, and in tiles if they cannot be cut.
  private static Optional<KernelPair> both(
      boolean tiled, Ntk ntk, Tree<Tensor> params, Tree<Tensor> x1, Optional<Tree<Tensor>> x2) {
    try {
      return Optional.of(
          x2.map(x -> ntk.both(x1, x, params)).orElseGet(() -> ntk.both(x1, params)));
    } catch (IllegalArgumentException refused) {
      boolean known =
          !tiled || refused.getMessage().startsWith("the kernel cannot be cut into tiles: ");
      assertTrue(known, () -> "tiles are refused: " + refused);
      return Optional.empty();
    }
  }

  private static void assertClose(Implementation implementation, Kernel expected, Kernel actual) {
    assertEquals(expected.blocks().size(), actual.blocks().size());
    for (int i = 0; i < expected.blocks().size(); i++) {
      Tensor whole = expected.blocks().get(i).values();
      if (max(whole.toDoubles()) >= 1e30) {
        continue;
      }
      double error = BruteForce.error(whole, actual.blocks().get(i).values());
      assertTrue(error <= 1e-11, () -> implementation + ": relative error " + error);
    }
  }

  /// Infinite if one is no finite number.
  private static double max(double[] values) {
    double max = 0;
    for (double v : values) {
      max = Double.isFinite(v) ? Math.max(max, Math.abs(v)) : Double.POSITIVE_INFINITY;
    }
    return max;
  }

  @Test
  void named_networks_do_not_depend_on_tiles() {
    int cut = 0;
    List<NamedNetwork> all =
        Stream.of(
                LayerNetworks.all(),
                OutputNetworks.all(),
                ParameterNetworks.all(),
                ProductNetworks.all())
            .flatMap(s -> s)
            .toList();
    for (NamedNetwork net : all) {
      boolean symmetric =
          isInvariant(
              net.network(), net.params(), net.inputs(7, 5), Optional.empty(), TileSizes.of(2, 2));
      boolean between =
          isInvariant(
              net.network(),
              net.params(),
              net.inputs(7, 5),
              Optional.of(net.inputs(8, 3)),
              new TileSizes(2, 2, OptionalLong.of(2)));
      cut += (symmetric ? 1 : 0) + (between ? 1 : 0);
    }
    int found = cut;
    assertTrue(found > all.size(), () -> found + " of " + 2 * all.size() + " kernels were cut");
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(60);
  }

  @Property(tries = 40)
  void random_networks_do_not_depend_on_tiles(@ForAll("numbers") List<Integer> numbers) {
    RandomNetwork network = new RandomNetwork(numbers);
    RandomNetwork.Shapes shapes = network.shapes();
    List<RandomKey> keys = RandomKey.of(numbers.hashCode()).split(3);
    List<RandomKey> own = keys.get(0).split(shapes.parameters().size());
    List<Tree<Tensor>> parameters = new ArrayList<>();
    for (int k = 0; k < own.size(); k++) {
      parameters.add(Tree.of(own.get(k).normal(DType.F64, shapes.parameters().get(k))));
    }
    int n1 = 1 + Math.floorMod(numbers.hashCode(), 4);
    int n2 = 1 + Math.floorMod(numbers.hashCode() / 7, 3);
    Choices sizes = new Choices(numbers.reversed());
    TileSizes tiles =
        new TileSizes(
            1 + sizes.next(3),
            1 + sizes.next(3),
            sizes.next(2) == 0 ? OptionalLong.empty() : OptionalLong.of(1 + sizes.next(3)));
    Tree<Tensor> x1 = examples(keys.get(1), n1, shapes);
    Optional<Tree<Tensor>> x2 =
        sizes.next(2) == 0 ? Optional.empty() : Optional.of(examples(keys.get(2), n2, shapes));
    isInvariant(network, Tree.list(parameters), x1, x2, tiles);
  }

  /// For one example a reshape has no form that it has for several.
  @Test
  void tiles_without_a_form_for_one_example_are_refused() {
    random_networks_do_not_depend_on_tiles(
        List.of(
            124, 89, 2, 1, 1, 6, 1, 21, 1, 2, 377, 1, 0, 822, 74, 383, 314, 696, 319, 167, 777, 616,
            346, 355, 853, 589, 420, 932, 87, 759, 593, 537, 812, 361, 20, 91, 890, 255, 122, 920,
            560, 959, 672, 480, 877, 880, 456, 444, 769, 344, 646, 27, 926, 96, 963, 129));
  }

  /// For two examples a transpose moves them to another axis than for one or three.
  @Test
  void tiles_that_show_examples_on_another_axis_are_batched() {
    random_networks_do_not_depend_on_tiles(
        List.of(667, 724, 0, 0, 0, 0, 0, 958, 0, 2, 0, 1, 0, 0, 1, 3, 0, 3, 1, 0, 0, 2, 0, 1));
  }

  /// An output without examples is as long as there are examples, by chance; in a tile it is not.
  @Test
  void tiles_of_an_output_without_examples_are_batched() {
    random_networks_do_not_depend_on_tiles(
        List.of(
            3, 710, 2, 1, 3, 3, 1, 3, 0, 3, 1, 0, 3, 3, 3, 1, 3, 2, 2, 0, 3, 3, 1, 350, 1, 3, 3,
            3));
  }

  private static Tree<Tensor> examples(RandomKey key, int count, RandomNetwork.Shapes shapes) {
    return Tree.of(key.normal(DType.F64, Shape.of(count).concat(shapes.example())));
  }
}
