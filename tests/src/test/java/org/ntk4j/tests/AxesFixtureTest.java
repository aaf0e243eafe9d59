package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.core.io.Npz;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;
import org.ntk4j.ntk.Ntk;

/// Kernels of one convolutional network for each of 53 pairs of traced and diagonal axes, against
/// figures of another implementation (neural-tangents 0.6.5, float64).
final class AxesFixtureTest {
  private static final double TOLERANCE = 1e-9;

  private static final Network CNN =
      (p, x) ->
          Tree.of(
              x.value()
                  .conv(p.get("w1").value())
                  .padding(Padding.SAME)
                  .value()
                  .add(p.get("b1").value())
                  .tanh()
                  .matmul(p.get("w2").value()));

  private final SequencedMap<String, Tensor> fixture = read();

  private static SequencedMap<String, Tensor> read() {
    try {
      return Npz.read(
          Path.of(
              Objects.requireNonNull(AxesFixtureTest.class.getResource("/fixtures/axes.npz"))
                  .toURI()));
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Tensor at(String name) {
    return Objects.requireNonNull(fixture.get(name), name);
  }

  private Tree<Tensor> parameters() {
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    for (String name : List.of("w1", "b1", "w2")) {
      params.put(name, Tree.of(at(name)));
    }
    return Tree.map(params);
  }

  private List<String> names() {
    return fixture.keySet().stream().filter(key -> key.startsWith("ntk__")).toList();
  }

  private static int[] axes(String text) {
    return text.equals("none")
        ? new int[0]
        : Arrays.stream(text.split("_")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void the_network_is_the_one_of_the_figures() {
    Tensor y = Networks.run(CNN, parameters(), Tree.of(at("x1"))).value();
    assertTrue(BruteForce.error(at("y1"), y) < 1e-12);
  }

  @Test
  void all_pairs_of_axes_are_there() {
    assertEquals(53, names().size());
  }

  @ParameterizedTest
  @EnumSource(Implementation.class)
  void every_pair_of_axes_gives_the_figures(Implementation implementation) {
    for (String name : names()) {
      check(name, implementation);
    }
  }

  private void check(String name, Implementation implementation) {
    String[] parts = name.split("__");
    int[] trace = axes(parts[1].substring("trace_".length()));
    int[] diagonal = axes(parts[2].substring("diagonal_".length()));
    boolean shared =
        Arrays.stream(trace).anyMatch(k -> k == 0 || k == -4)
            || Arrays.stream(diagonal).anyMatch(k -> k == 0 || k == -4);
    Ntk ntk =
        Ntk.of(CNN).traceAxes(trace).diagonalAxes(diagonal).implementation(implementation).build();
    KernelPair pair = ntk.both(Tree.of(at("x1")), Tree.of(at(shared ? "x3" : "x2")), parameters());
    Map<String, Tensor> computed =
        Map.of(name, pair.ntk().values(), name.replace("ntk", "nngp"), pair.nngp().values());
    computed.forEach((key, values) -> {
      double error = BruteForce.error(at(key), values);
      assertTrue(error < TOLERANCE, () -> key + ": error " + error);
    });
  }

  @Test
  void brute_force_gives_the_figures() {
    for (String name : List.of("ntk__trace_none__diagonal_none", "ntk__trace_-1__diagonal_-2")) {
      boolean full = name.contains("trace_none");
      Tensor values =
          BruteForce.ntk(
              CNN,
              parameters(),
              Tree.of(at("x1")),
              Tree.of(at("x2")),
              0,
              full ? List.of() : List.of(3),
              full ? List.of() : List.of(2));
      assertTrue(BruteForce.error(at(name), values) < TOLERANCE);
    }
  }
}
