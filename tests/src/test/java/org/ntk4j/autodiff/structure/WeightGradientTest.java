package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.Sample;

/// Patches contracted with a cotangent by convolution, against the patches formed and contracted.
class WeightGradientTest {
  private static final long SEED = Long.getLong("ntk.seed", 7);

  static Stream<Sample> convolutions() {
    return PrimitiveSamples.all().stream()
        .filter(s -> s.op() instanceof Conv conv && conv.batchGroups() == 1)
        .filter(s -> s.avals().stream().allMatch(a -> a.size() > 0));
  }

  /// A convolution's patches and a cotangent of its result with one seed more.
  private static final class Pair {
    final Builder b = new Builder();
    final List<Var> inputs;
    final List<Tensor> values;
    final Patches patches;
    final Dense cotangent;
    final Index seed = new Index(2);

    /// @param shared whether all examples have the same cotangent
    Pair(Sample sample, boolean shared) {
      List<Var> operands = sample.avals().stream().map(Var::new).toList();
      IndexedMap map =
          MapRules.apply(
                  b,
                  (Conv) sample.op(),
                  List.<Atom>copyOf(operands),
                  1,
                  IndexedMap.identity(operands.get(1)))
              .orElseThrow();
      patches = (Patches) map.factors().getFirst();
      List<Index> indices = new ArrayList<>(List.of(seed));
      for (Axis axis : map.axes()) {
        axis.digits().stream()
            .filter(i -> !shared || !patches.batch().contains(i))
            .forEach(indices::add);
      }
      Var yBar = new Var(new Aval(DType.F64, Dense.shape(indices)));
      cotangent = new Dense(yBar, indices);
      inputs = new ArrayList<>(operands);
      inputs.add(yBar);
      values = new ArrayList<>(sample.values(SEED));
      values.add(normal(yBar.aval()));
    }

    private static Tensor normal(Aval aval) {
      Random random = new Random(SEED + 1);
      Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
      for (long i = 0; i < t.size(); i++) {
        t.setDouble(i, random.nextGaussian());
      }
      return t;
    }

    /// Every index but the positions.
    Set<Index> out() {
      Set<Index> out = new LinkedHashSet<>(patches.indices());
      out.addAll(cotangent.indices());
      patches.positions().forEach(out::remove);
      return out;
    }

    Optional<WeightGradient> gradient(Set<Index> out) {
      return WeightGradient.of(patches, List.of(patches, cotangent), out);
    }

    List<WrittenOut.Values> written(List<Dense> arrays) {
      return WrittenOut.values(b, inputs, values, arrays);
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void the_convolution_is_the_contraction_of_the_patches(Sample sample) {
    check(new Pair(sample, false));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void a_cotangent_may_be_shared_by_the_examples(Sample sample) {
    check(new Pair(sample, true));
  }

  private static void check(Pair p) {
    WeightGradient gradient = p.gradient(p.out()).orElseThrow();
    assertEquals(p.out(), Set.copyOf(gradient.indices()));
    List<WrittenOut.Values> arrays =
        p.written(List.of(p.patches.dense(p.b), p.cotangent, gradient.dense(p.b)));
    Einsum einsum =
        new Einsum(
            1,
            List.of(p.patches, p.cotangent),
            Set.of(),
            gradient.indices().stream().map(List::of).toList(),
            0);
    double[] expected = WrittenOut.einsum(einsum, arrays.subList(0, 2));
    assertArrayEquals(expected, arrays.get(2).elements(), 1e-10);
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void positions_that_are_an_output_must_be_formed(Sample sample) {
    Pair p = new Pair(sample, false);
    Set<Index> out = p.out();
    out.addAll(p.patches.positions());
    assertTrue(p.patches.positions().isEmpty() || p.gradient(out).isEmpty());
  }

  @Test
  void there_are_convolutions_of_every_kind() {
    assertTrue(convolutions().count() >= 9);
    assertTrue(convolutions().anyMatch(s -> ((Conv) s.op()).featureGroups() > 1));
  }
}
