package org.ntk4j.autodiff.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.ntk4j.autodiff.structure.ContractionCost.Sizes;
import org.ntk4j.autodiff.structure.ContractionPath.Leaf;
import org.ntk4j.autodiff.structure.ContractionPath.Pair;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.eval.Evaluator;

/// All orders of contraction of an einsum, one by one.
class ContractionPathTest {
  private static final int ELEMENT_BYTES = 8;

  /// An einsum of dense factors with values.
  record Drawn(Builder b, List<Var> inputs, List<Tensor> values, Einsum einsum) {
    List<Dense> factors() {
      return einsum.factors().stream().map(f -> f.dense(b)).toList();
    }

    List<Set<Index>> indices() {
      return einsum.factors().stream().<Set<Index>>map(f -> new HashSet<>(f.indices())).toList();
    }

    double[] expected() {
      return WrittenOut.einsum(einsum, WrittenOut.values(b, inputs, values, factors()));
    }
  }

  /// Factors over random subsets of a few indices; an index may be an output's, several outputs', a
  /// sum's, or nobody's.
  private static Drawn draw(Random random) {
    List<Index> all =
        IntStream.range(0, 6).mapToObj(_ -> new Index(2 + random.nextInt(2))).toList();
    int count = 1 + random.nextInt(5);
    List<List<Index>> indices =
        IntStream.range(0, count).mapToObj(_ -> subset(random, all, 0.45)).toList();
    return drawn(random, all, indices, 0);
  }

  /// Factors and their mirror images: a few indices are shared by the two sides, the others have an
  /// image each.
  private static Drawn drawMirrored(Random random) {
    List<Index> own =
        IntStream.range(0, 3).mapToObj(_ -> new Index(2 + random.nextInt(3))).toList();
    List<Index> images = own.stream().map(i -> new Index(i.size())).toList();
    List<Index> shared =
        IntStream.range(0, 2).mapToObj(_ -> new Index(2 + random.nextInt(3))).toList();
    int count = 1 + random.nextInt(2);
    List<List<Index>> indices = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      indices.add(subset(random, Dense.concat(own, shared), 0.6));
    }
    for (int k = 0; k < count; k++) {
      indices.add(
          indices.get(k).stream()
              .map(i -> own.contains(i) ? images.get(own.indexOf(i)) : i)
              .toList());
    }
    return drawn(random, Dense.concat(own, images, shared), indices, count);
  }

  private static List<Index> subset(Random random, List<Index> all, double chance) {
    return all.stream().filter(_ -> random.nextDouble() < chance).toList();
  }

  private static Drawn drawn(
      Random random, List<Index> all, List<List<Index>> indices, int mirror) {
    Builder b = new Builder();
    List<Var> inputs = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    List<Factor> factors = new ArrayList<>();
    for (int k = 0; k < indices.size(); k++) {
      if (mirror > 0 && k >= mirror) {
        factors.add(new Dense(inputs.get(k - mirror), indices.get(k)));
        continue;
      }
      Var v = new Var(new Aval(DType.F64, Dense.shape(indices.get(k))));
      Tensor t = Tensor.zeros(DType.F64, v.aval().shape());
      for (long i = 0; i < t.size(); i++) {
        t.setDouble(i, random.nextGaussian());
      }
      inputs.add(v);
      values.add(t);
      factors.add(new Dense(v, indices.get(k)));
    }
    List<List<Index>> outs = new ArrayList<>();
    if (mirror == 0) {
      outs.add(subset(random, all, 0.3));
      outs.add(subset(random, all, 0.2));
    } else {
      // What the two sides do not share is the output: the mirror image of the result is its
      // transpose.
      int own = (all.size() - 2) / 2;
      outs.add(all.subList(0, own));
      outs.add(all.subList(own, 2 * own));
    }
    Einsum einsum = new Einsum(1.5, factors, new LinkedHashSet<>(all), outs, mirror);
    return new Drawn(b, inputs, values, einsum);
  }

  /// Every binary tree over the factors in `members`, whatever the order of its branches.
  private static List<ContractionPath> paths(long members) {
    if (Long.bitCount(members) == 1) {
      return List.of(new Leaf(Long.numberOfTrailingZeros(members)));
    }
    long lowest = Long.lowestOneBit(members);
    List<ContractionPath> all = new ArrayList<>();
    for (long left = (members - 1) & members; left > 0; left = (left - 1) & members) {
      if ((left & lowest) != 0) {
        for (ContractionPath x : paths(left)) {
          for (ContractionPath y : paths(members ^ left)) {
            all.add(new Pair(x, y, false));
          }
        }
      }
    }
    return all;
  }

  private static List<ContractionPath> paths(Drawn d) {
    return paths((1L << d.einsum().factors().size()) - 1);
  }

  @Test
  void five_factors_have_105_paths() {
    assertEquals(105, paths(31).size());
  }

  @Property(tries = 100)
  void all_paths_of_an_einsum_give_its_sum(@ForAll @IntRange(max = 1_000_000) int seed) {
    Drawn d = draw(new Random(seed));
    Aval result = new Aval(DType.F64, Contraction.shape(d.einsum().outs()));
    List<Atom> found = new ArrayList<>();
    for (ContractionPath path : paths(d)) {
      found.add(Contraction.emit(d.b(), d.einsum(), d.factors(), path, result));
    }
    found.add(Einsums.emit(d.b(), Einsums.plan(d.einsum(), ELEMENT_BYTES), result));
    double[] expected = d.expected();
    for (Tensor t : Evaluator.run(d.b().build(d.inputs(), found), d.values())) {
      assertArrayEquals(expected, t.toDoubles(), 1e-9);
    }
  }

  @Property(tries = 200)
  void a_planned_mirrored_einsum_gives_its_sum(@ForAll @IntRange(max = 1_000_000) int seed) {
    Drawn d = drawMirrored(new Random(seed));
    Aval result = new Aval(DType.F64, Contraction.shape(d.einsum().outs()));
    Atom found = Einsums.emit(d.b(), Einsums.plan(d.einsum(), ELEMENT_BYTES), result);
    Tensor t = Evaluator.run(d.b().build(d.inputs(), List.of(found)), d.values()).getFirst();
    assertArrayEquals(d.expected(), t.toDoubles(), 1e-9);
  }

  @Property(tries = 300)
  void the_path_found_is_the_cheapest_of_all(@ForAll @IntRange(max = 1_000_000) int seed) {
    cheapest(draw(new Random(seed)));
  }

  @Property(tries = 300)
  void the_path_found_is_the_cheapest_of_all_mirrored_ones(
      @ForAll @IntRange(max = 1_000_000) int seed) {
    cheapest(drawMirrored(new Random(seed)));
  }

  private static void cheapest(Drawn d) {
    PathSearch.Found found =
        PathSearch.best(d.indices(), d.einsum().outIndices(), d.einsum().mirror(), ELEMENT_BYTES);
    double least = paths(d).stream().mapToDouble(path -> seconds(d, path)).min().orElseThrow();
    assertEquals(least, found.cost().seconds(), 1e-9 * least);
    assertEquals(least, seconds(d, found.path()), 1e-9 * least);
  }

  /// The cost of a path by the definition: its steps, of which mirror images are free and products
  /// with their own mirror image cost half.
  private static double seconds(Drawn d, ContractionPath path) {
    if (!(path instanceof Pair(var left, var right, _))) {
      return 0;
    }
    Set<Index> x = visible(d, left.members());
    Set<Index> y = visible(d, right.members());
    Set<Index> result = visible(d, path.members());
    Sizes sizes =
        new Sizes(
            size(x, i -> y.contains(i) && result.contains(i)),
            size(x, i -> !y.contains(i)),
            size(y, i -> !x.contains(i)),
            size(x, i -> y.contains(i) && !result.contains(i)));
    double step = ContractionCost.of(sizes, ELEMENT_BYTES).seconds();
    int mirror = d.einsum().mirror();
    long low = left.members() & ((1L << mirror) - 1);
    long image = low << mirror | left.members() >>> mirror;
    if (mirror > 0 && image == right.members()) {
      return Math.min(seconds(d, left), seconds(d, right)) + step / 2;
    }
    return seconds(d, left) + seconds(d, right) + step;
  }

  private static double size(Set<Index> indices, java.util.function.Predicate<Index> wanted) {
    return indices.stream().filter(wanted).mapToDouble(Index::size).reduce(1, (a, c) -> a * c);
  }

  /// Indices of the product of `members` that something else has too.
  private static Set<Index> visible(Drawn d, long members) {
    Set<Index> needed = new HashSet<>(d.einsum().outIndices());
    Set<Index> inside = new HashSet<>();
    for (int k = 0; k < d.indices().size(); k++) {
      boolean member = (members >>> k & 1) == 1;
      (member ? inside : needed).addAll(d.indices().get(k));
    }
    inside.retainAll(needed);
    return inside;
  }

  @Test
  void many_factors_are_contracted_greedily() {
    // A chain of matrices: greedy or not, the result is the product.
    Builder b = new Builder();
    List<Index> names = IntStream.range(0, 13).mapToObj(_ -> new Index(2)).toList();
    Var m = new Var(Aval.of(DType.F64, 2, 2));
    List<Factor> factors = new ArrayList<>();
    for (int k = 0; k < 12; k++) {
      factors.add(new Dense(m, List.of(names.get(k), names.get(k + 1))));
    }
    Einsum einsum =
        new Einsum(
            1,
            factors,
            new LinkedHashSet<>(names),
            List.of(List.of(names.getFirst()), List.of(names.getLast())),
            0);
    Einsums.Planned planned = Einsums.plan(einsum, ELEMENT_BYTES);
    Atom y = Einsums.emit(b, planned, Aval.of(DType.F64, 2, 2));
    Tensor x = Tensor.of(new double[] {1, 1, 1, 0}, 2, 2);
    Tensor power = Evaluator.run(b.build(List.of(m), List.of(y)), List.of(x)).getFirst();
    assertArrayEquals(new double[] {233, 144, 144, 89}, power.toDoubles());
    assertTrue(planned.cost().operations() > 0);
  }
}
