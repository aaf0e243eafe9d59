package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.epilogue.Epilogues;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.tests.PrimitiveSamples;
import org.ntk4j.tests.RandomNetwork;
import org.ntk4j.tests.Sample;
import org.ntk4j.tests.cpu.Programs;

/// Schedules in which products take over what loop nests do compute what they did.
class EpiloguesTest {
  static Stream<Sample> samples() {
    return PrimitiveSamples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_primitive_is_itself(Sample sample) {
    check(sample.program(), sample.values(1));
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return RandomNetwork.anyNumbers(60);
  }

  @Property(tries = 300)
  void a_kernel_is_itself(@ForAll("numbers") List<Integer> numbers) {
    Programs.random(numbers)
        .ifPresent(p -> {
          Schedule changed = check(p, Programs.values(p, numbers.hashCode()));
          Statistics.label("has epilogues")
              .collect(!fused(changed).isEmpty())
              .coverage(c -> c.check(true).percentage(share -> share > 30));
        });
  }

  /// `f32[6,6]` products and what is done with them.
  private static Program products(String after) {
    return Parser.parse(
        """
        program(a:f32[6,4], b:f32[6,9], c:f32[6], d:f32[6,5]) {
          e:f32[6,6] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] a a
          f:f32[6,6] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] b b
          g:f32[6,6] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[1]] d d
        """
            + after);
  }

  @Test
  void a_product_of_gram_matrices_ends_where_the_second_one_is_computed() {
    Program p = products("  h:f32[6,6] = mul e f\n  return h\n}\n");
    Schedule s = check(p, values(p));
    assertEquals(List.of("symmetric product (6 x 6 x 4)", FUSED.formatted(9, 2)), texts(s));
    assertEquals(1, temporaries(s), "only the first Gram matrix is stored");
  }

  private static final String FUSED =
      "symmetric product (6 x 6 x %d), then loops 6x6, %d read, 1 written";

  @Test
  void a_sum_over_parameters_is_added_up_product_by_product() {
    Program p = products("  h:f32[6,6] = mul e f\n  i:f32[6,6] = add h g\n  return i\n}\n");
    Schedule s = check(p, values(p));
    assertEquals(
        List.of("symmetric product (6 x 6 x 4)", FUSED.formatted(9, 2), FUSED.formatted(5, 2)),
        texts(s));
  }

  @Test
  void a_mirrored_element_of_a_symmetric_product_is_the_element() {
    Program p =
        products(
            """
              h:f32[6,6] = transpose[permutation=[1,0]] g
              i:f32[6,6] = broadcast[shape=[6,6] axes=[0]] c
              j:f32[6,6] = mul g i
              k:f32[6,6] = sub j h
              return k
            }
            """);
    assertEquals(1, fused(check(p, values(p))).size());
  }

  @Test
  void a_transposed_element_of_another_product_is_not_the_element() {
    Program p =
        Parser.parse(
            """
            program(a:f32[6,4], b:f32[4,6]) {
              e:f32[6,6] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
              f:f32[6,6] = transpose[permutation=[1,0]] e
              g:f32[6,6] = add e f
              return g
            }
            """);
    assertEquals(List.of(), fused(check(p, values(p))));
  }

  @Test
  void a_product_that_something_else_reads_is_stored() {
    Program p = products("  h:f32[6,6] = mul e f\n  return h, f\n}\n");
    check(p, values(p));
    Program q =
        products("  h:f32[6,6] = tanh e\n  i:f32[6] = reduce_sum[axes=[1]] e\n  return h, i\n}\n");
    assertEquals(List.of(), fused(check(q, values(q))));
  }

  @Test
  void loops_are_cut_where_axes_of_the_result_end() {
    Program p =
        Parser.parse(
            """
            program(a:f32[6,4], b:f32[4,10], c:f32[60], d:f32[15]) {
              e:f32[6,10] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
              f:f32[60] = reshape[shape=[60]] e
              g:f32[60] = mul f c
              h:f32[3,4,5] = reshape[shape=[3,4,5]] g
              i:f32[3,4,5] = tanh h
              return i
            }
            """);
    assertEquals(1, fused(check(p, values(p))).size());
  }

  private static List<Tensor> values(Program p) {
    List<Tensor> values = new ArrayList<>();
    for (Aval aval : p.inputAvals()) {
      values.add(RandomKey.of(values.size()).normal(aval.dtype(), aval.shape()));
    }
    return values;
  }

  private static List<Step.Fused> fused(Schedule s) {
    return s.steps().stream()
        .filter(Step.Fused.class::isInstance)
        .map(Step.Fused.class::cast)
        .toList();
  }

  private static List<String> texts(Schedule s) {
    return s.steps().stream().map(StepText::of).toList();
  }

  private static long temporaries(Schedule s) {
    return MemoryPlan.of(s, _ -> 0).offsets().stream()
        .filter(offset -> offset != MemoryPlan.ABSENT)
        .count();
  }

  private static Schedule check(Program p, List<Tensor> arguments) {
    Schedule before = Lowering.lower(p);
    Schedule after = Epilogues.of(before, _ -> true);
    List<Tensor> expected = new ScheduleInterpreter().run(before, arguments);
    List<Tensor> actual = new ScheduleInterpreter().run(after, arguments);
    for (int k = 0; k < expected.size(); k++) {
      assertArrayEquals(
          expected.get(k).toDoubles(), actual.get(k).toDoubles(), () -> "changed by\n" + p);
    }
    long least = MemoryPlan.of(before, _ -> 0).arenaBytes();
    assertTrue(MemoryPlan.of(after, _ -> 0).arenaBytes() <= least, () -> "more memory for\n" + p);
    return after;
  }
}
