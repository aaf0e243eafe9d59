package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.tests.Normalizations;

/// What goes through the same rows is one step.
class RowGroupsTest {
  private static final long ROWS = 20;
  private static final long COLUMNS = 12;

  static Stream<String> names() {
    return programs().keySet().stream().sorted();
  }

  private static Map<String, Program> programs() {
    return Normalizations.all(DType.F64, ROWS, COLUMNS / 4);
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_normalization_and_its_derivative_move_every_large_value_once(String name) {
    Program p = programs().get(name);
    Schedule s = Lowering.lower(p);
    List<Step> steps = s.steps().stream().filter(t -> !(t instanceof Step.Fill)).toList();
    assertEquals(1, steps.size(), () -> "steps of " + name);
    Step.Rows rows = (Step.Rows) steps.getFirst();
    long large = ROWS * COLUMNS;
    long kept =
        Stream.concat(rows.reads().stream(), rows.writes().stream())
            .distinct()
            .filter(b -> s.buffers().get(b).elements() == large && !rows.local().contains(b))
            .count();
    long bound =
        Stream.concat(s.inputs().stream(), s.outputs().stream())
            .filter(b -> s.buffers().get(b).elements() == large)
            .count();
    assertEquals(bound, kept, () -> "large values in memory for " + name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void rows_one_by_one_give_what_the_program_does(String name) {
    assertRuns(programs().get(name));
  }

  @Test
  void rows_are_as_many_as_all_nests_have() {
    Schedule s =
        check(
            """
            program(a:f64[4,5,6]) {
              b:f64[4,5] = reduce_max[axes=[2]] a
              c:f64[4,5,6] = broadcast[shape=[4,5,6] axes=[0,1]] b
              d:f64[4,5,6] = sub a c
              e:f64[4,5,6] = exp d
              f:f64[4] = reduce_sum[axes=[1,2]] e
              return e, f
            }
            """);
    assertTrue(s.steps().stream().noneMatch(Step.Rows.class::isInstance), "4 rows are too few");
    Schedule more =
        check(
            """
            program(a:f64[20,5,6]) {
              b:f64[20,5] = reduce_max[axes=[2]] a
              c:f64[20,5,6] = broadcast[shape=[20,5,6] axes=[0,1]] b
              d:f64[20,5,6] = sub a c
              e:f64[20,5,6] = exp d
              f:f64[20] = reduce_sum[axes=[1,2]] e
              return e, f
            }
            """);
    assertEquals(List.of(20L), rows(more));
  }

  @Test
  void what_is_needed_from_other_rows_starts_a_new_group() {
    Schedule s =
        check(
            """
            program(a:f64[20,6]) {
              b:f64[20] = reduce_max[axes=[1]] a
              c:f64[20,6] = broadcast[shape=[20,6] axes=[0]] b
              d:f64[20,6] = sub a c
              e:f64[20,6] = exp d
              f:f64[6] = reduce_sum[axes=[0]] e
              g:f64[20,6] = broadcast[shape=[20,6] axes=[1]] f
              h:f64[20,6] = div e g
              return h
            }
            """);
    assertEquals(List.of(), rows(s));
  }

  @Test
  void a_mirrored_value_starts_a_new_group() {
    Schedule s =
        check(
            """
            program(a:f64[20,6]) {
              b:f64[20] = reduce_sum[axes=[1]] a
              c:f64[20] = reverse[axes=[0]] b
              d:f64[20] = exp c
              e:f64[20,6] = broadcast[shape=[20,6] axes=[0]] d
              f:f64[20,6] = mul a e
              return f
            }
            """);
    assertEquals(List.of(20L), rows(s));
    Step.Rows last = (Step.Rows) s.steps().getLast();
    assertEquals(2, last.loops().size(), "all but the sum");
  }

  private static List<Long> rows(Schedule s) {
    return s.steps().stream()
        .filter(Step.Rows.class::isInstance)
        .map(step -> ((Step.Rows) step).rows())
        .toList();
  }

  private static Schedule check(String text) {
    Program p = Parser.parse(text);
    assertRuns(p);
    return Lowering.lower(p);
  }

  private static void assertRuns(Program p) {
    List<Tensor> x = Normalizations.values(p, 3);
    List<Tensor> expected = Evaluator.run(p, x);
    List<Tensor> actual = new ScheduleInterpreter().run(Lowering.lower(p), x);
    for (int k = 0; k < expected.size(); k++) {
      double[] y = expected.get(k).toDoubles();
      double[] z = actual.get(k).toDoubles();
      double scale = Arrays.stream(y).map(Math::abs).max().orElse(1);
      assertEquals(y.length, z.length);
      for (int i = 0; i < y.length; i++) {
        assertEquals(y[i], z[i], 1e-12 * scale);
      }
    }
  }
}
