package org.ntk4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ntk.Networks;

class BenchmarkNetworksTest {
  static Stream<BenchmarkNetwork> networks() {
    return BenchmarkNetworks.all().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputs_are_examples_by_outputs(BenchmarkNetwork network) {
    Tree<Aval> x = Networks.avals(network.inputs(2));
    List<Aval> outputs =
        Networks.program(network.network(), network.paramAvals(), x).program().outputAvals();
    assertEquals(List.of(new Aval(DType.F32, Shape.of(2, network.outputs()))), outputs);
    long numbers = network.paramAvals().leaves().stream().mapToLong(a -> a.shape().size()).sum();
    assertEquals(network.parameterCount(), numbers);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void more_examples_begin_with_the_same_ones(BenchmarkNetwork network) {
    Tensor two = network.inputs(2).get(BenchmarkNetwork.EXAMPLES).value();
    Tensor three = network.inputs(3).get(BenchmarkNetwork.EXAMPLES).value();
    assertTrue(two.sameAs(three.slice(0, 2)));
  }

  @Test
  void resnet18_has_the_number_of_parameters_that_it_is_known_for() {
    long stemAndStages = 3 * 9 * 64 + 4 * 64 * 64 * 9;
    for (long c = 128; c <= 512; c *= 2) {
      stemAndStages += c / 2 * c * 9 + 3 * c * c * 9 + c / 2 * c;
    }
    long normalizations = 2 * (5 * 64 + 5 * (128 + 256 + 512));
    long head = 512 * 10 + 10;
    assertEquals(
        stemAndStages + normalizations + head,
        BenchmarkNetworks.named("resnet18").orElseThrow().parameterCount());
    assertEquals(11_173_962, stemAndStages + normalizations + head);
  }

  @Test
  void names_are_distinct_and_lead_to_their_networks() {
    Set<String> names = new HashSet<>();
    for (BenchmarkNetwork network : BenchmarkNetworks.all()) {
      assertTrue(names.add(network.name()), network.name());
      assertEquals(network, BenchmarkNetworks.named(network.name()).orElseThrow());
      assertEquals(network.traced(), network.name().endsWith("-traced"));
    }
    assertTrue(BenchmarkNetworks.named("no such").isEmpty());
  }
}
