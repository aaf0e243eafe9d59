package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// What every rule claims, factors and names, is the local Jacobian.
class MapRulesContractTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);

  /// A linear operand of a sample.
  record Case(Sample sample, int operand) {
    Multilinear op() {
      return (Multilinear) sample.op();
    }

    @Override
    public String toString() {
      return sample + ", operand " + operand;
    }

    Claim claim() {
      Builder b = new Builder();
      List<Var> inputs = sample.avals().stream().map(Var::new).toList();
      Optional<IndexedMap> map =
          MapRules.apply(
              b,
              op(),
              List.<Atom>copyOf(inputs),
              operand,
              IndexedMap.identity(inputs.get(operand)));
      return new Claim(b, inputs, map);
    }
  }

  /// What a rule answers.
  record Claim(Builder b, List<Var> inputs, Optional<IndexedMap> map) {}

  static List<Case> cases() {
    return PrimitiveSamples.all().stream()
        .filter(s -> s.op() instanceof Multilinear)
        .flatMap(MapRulesContractTest::linearOperands)
        .toList();
  }

  private static Stream<Case> linearOperands(Sample sample) {
    int count = sample.avals().size();
    return ((Multilinear) sample.op())
        .linearIn(count).stream()
            .flatMap(List::stream)
            .filter(k -> sample.avals().get(k).isFloating())
            .map(k -> new Case(sample, k));
  }

  static Stream<Case> answered() {
    return cases().stream().filter(c -> c.claim().map().isPresent());
  }

  @ParameterizedTest
  @MethodSource("answered")
  void a_claim_is_the_local_jacobian(Case c) {
    Claim claim = c.claim();
    List<Tensor> values = c.sample().values(SEED);
    double[][] expected = LocalJacobian.of(c.sample().program(), values, c.operand());
    double[][] claimed =
        WrittenOut.matrix(claim.b(), claim.inputs(), values, claim.map().orElseThrow());
    LocalJacobian.assertClose(expected, claimed, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("answered")
  void a_claim_has_the_shape_of_the_result(Case c) {
    List<Long> sizes = c.claim().map().orElseThrow().axes().stream().map(Axis::size).toList();
    assertEquals(c.op().resultAvals(c.sample().avals()).getFirst().shape().dims(), sizes);
  }

  /// The expansion to the parameter's own indices, of every claim that fills its axes.
  @ParameterizedTest
  @MethodSource("answered")
  void the_expansion_of_a_claim_is_the_local_jacobian(Case c) {
    Claim claim = c.claim();
    IndexedMap map = claim.map().orElseThrow();
    if (map.isEmbedded()) {
      return;
    }
    List<Tensor> values = c.sample().values(SEED);
    double[][] expected = LocalJacobian.of(c.sample().program(), values, c.operand());
    Atom expanded = Expansion.emit(claim.b(), new Side(map), map.root().aval().dtype());
    Shape shape = c.op().resultAvals(c.sample().avals()).getFirst().shape();
    assertEquals(shape.concat(map.root().aval().shape()), expanded.aval().shape());
    Dense dense =
        new Dense(expanded, expanded.aval().shape().dims().stream().map(Index::new).toList());
    double[] elements =
        WrittenOut.values(claim.b(), claim.inputs(), values, List.of(dense)).getFirst().elements();
    double[][] rows = new double[expected.length][];
    for (int i = 0; i < rows.length; i++) {
      int columns = expected[i].length;
      rows[i] = Arrays.copyOfRange(elements, i * columns, (i + 1) * columns);
    }
    LocalJacobian.assertClose(expected, rows, 1e-12);
  }

  /// A rule that is lost makes kernels slower, never wrong: only this list would tell.
  @Test
  void only_these_operands_have_no_rule() {
    String expected =
        """
        reshape cut elsewhere, operand 0
        reshape empty, operand 0
        concatenate with empty, operand 1
        slice empty, operand 0
        dynamic_update_slice inside, operand 0
        dynamic_update_slice inside, operand 1
        dynamic_update_slice clamped, operand 0
        dynamic_update_slice clamped, operand 1
        pad, operand 1
        pad interior, operand 1
        pad negative, operand 1
        pad empty, operand 0
        pad empty, operand 1
        conv batch groups, operand 0
        conv batch groups, operand 1
        conv no features, operand 0
        """;
    List<String> empty =
        cases().stream().filter(c -> c.claim().map().isEmpty()).map(Case::toString).toList();
    assertEquals(expected, String.join("\n", empty) + "\n");
  }
}
