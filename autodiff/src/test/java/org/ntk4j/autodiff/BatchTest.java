package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.pass.Verify;
import org.ntk4j.ir.text.Parser;

/// What a mapped program looks like, and how batching goes with derivatives.
class BatchTest {
  private static final long SEED = Long.getLong("ntk.seed", 17);

  private static final String CUSTOM_VJP =
      """
      program(a:f64[3], b:f64[3]) {
        c:f64[3] = custom_vjp[body=(a:f64[3], b:f64[3]) {
          c:f64[3] = mul a b
          return c
        } forward=(a:f64[3], b:f64[3]) {
          c:f64[3] = mul a b
          return c, a, b
        } backward=(a:f64[3], b:f64[3], c:f64[3]) {
          d:f64[3] = mul b c
          e:f64[3] = mul a c
          return d, e
        }] a b
        d:f64[3] = sin c
        return d
      }
      """;

  private static final String CUSTOM_JVP =
      """
      program(a:f64[3], b:f64[3]) {
        c:f64[3] = custom_jvp[body=(a:f64[3], b:f64[3]) {
          c:f64[3] = mul a b
          return c
        } jvp=(a:f64[3], b:f64[3], c:f64[3], d:f64[3]) {
          e:f64[3] = mul a b
          f:f64[3] = mul c b
          g:f64[3] = mul a d
          h:f64[3] = add f g
          return e, h
        }] a b
        d:f64[3] = sin c
        return d
      }
      """;

  @Test
  void a_product_with_a_shared_matrix_needs_no_broadcast() {
    Program p =
        Parser.parse(
            """
            program(a:f64[3], b:f64[3,4]) {
              c:f64[4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0] rhsContract=[0]] a b
              return c
            }
            """);
    assertEquals(
        """
        program(a:f64[5,3], b:f64[3,4]) {
          c:f64[5,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
          return c
        }
        """,
        Batch.of(p, 5, List.of(true, false)).program().toString());
  }

  @Test
  void what_is_equal_for_all_examples_is_computed_once() {
    Program p =
        Parser.parse(
            """
            program(a:f64[3], b:f64[3]) {
              c:f64[3] = sin b
              d:f64[3] = cos a
              return c, d
            }
            """);
    Batched mapped = Batch.of(p, 5, List.of(true, false));
    assertEquals(List.of(false, true), mapped.outBatched());
    assertEquals("[f64[3], f64[5,3]]", mapped.program().outputAvals().toString());
    assertEquals(
        "[f64[5,3], f64[5,3]]", Batch.all(p, 5, List.of(true, false)).outputAvals().toString());
  }

  @Test
  void a_choice_for_each_example_is_a_select() {
    Program p =
        Parser.parse(
            """
            program(a:i32[], b:f64[]) {
              c:f64[] = cond[branches=[(a:f64[]) {
                b:f64[] = sin a
                return b
              }, (a:f64[]) {
                return 7.0:f64[]
              }]] a b
              return c
            }
            """);
    Program mapped = Batch.of(p, 4, List.of(true, false)).program();
    List<Tensor> y =
        Evaluator.run(mapped, List.of(Tensor.of(new int[] {-3, 0, 1, 9}, 4), Tensor.scalar(0.5)));
    double sin = Math.sin(0.5);
    assertArrayEquals(new double[] {sin, sin, 7, 7}, y.getFirst().toDoubles(), 1e-15);
  }

  @Test
  void a_loop_runs_until_all_examples_have_ended() {
    Program p =
        Parser.parse(
            """
            program(a:i32[], b:f64[], c:f64[]) {
              (d:i32[], e:f64[], f:f64[]) = while[condition=(a:i32[], b:f64[], c:f64[]) {
                d:bool[] = lt a 3:i32[]
                return d
              } body=(a:i32[], b:f64[], c:f64[]) {
                d:i32[] = add a 1:i32[]
                e:f64[] = mul b c
                return d, e, c
              }] a b c
              return d, e, f
            }
            """);
    Batched mapped = Batch.of(p, 3, List.of(true, false, false));
    assertEquals(List.of(true, true, false), mapped.outBatched());
    List<Tensor> y =
        Evaluator.run(
            mapped.program(),
            List.of(Tensor.of(new int[] {0, 2, 5}, 3), Tensor.scalar(1), Tensor.scalar(2)));
    assertArrayEquals(new long[] {3, 3, 5}, y.get(0).toLongs());
    assertArrayEquals(new double[] {8, 2, 1}, y.get(1).toDoubles());
  }

  @Test
  void batch_of_batch_is_a_loop_of_loops() {
    Program p = Parser.parse(CUSTOM_JVP);
    Program inner = Batch.of(p, 2, List.of(true, false)).program();
    Program outer = Batch.of(inner, 4, List.of(false, true)).program();
    Verify.check(outer, "batch");
    Random random = new Random(SEED);
    Tensor a = random(random, 2, 3);
    Tensor b = random(random, 4, 3);
    Tensor y = Evaluator.run(outer, List.of(a, b)).getFirst();
    assertEquals(Shape.of(4, 2, 3), y.shape());
    for (int m = 0; m < 4; m++) {
      for (int n = 0; n < 2; n++) {
        Tensor one = Evaluator.run(p, List.of(row(a, n), row(b, m))).getFirst();
        assertArrayEquals(one.toDoubles(), row(row(y, m), n).toDoubles(), 1e-12, "seed " + SEED);
      }
    }
  }

  @Test
  void the_cotangent_of_a_shared_input_is_summed_over_the_examples() {
    for (String text : List.of(CUSTOM_VJP, CUSTOM_JVP)) {
      Program p = Parser.parse(text);
      Program mapped = Batch.of(p, 4, List.of(true, false)).program();
      Program vjp = Derivatives.vjp(mapped);
      Verify.check(vjp, "vjp");
      Random random = new Random(SEED);
      Tensor a = random(random, 4, 3);
      Tensor b = random(random, 3);
      Tensor yBar = random(random, 4, 3);
      List<Tensor> actual = Evaluator.run(vjp, List.of(a, b, yBar));
      double[] bBar = new double[3];
      for (int n = 0; n < 4; n++) {
        for (int i = 0; i < 3; i++) {
          double x = a.getDouble(n * 3 + i);
          double slope = Math.cos(x * b.getDouble(i)) * yBar.getDouble(n * 3 + i);
          bBar[i] += slope * x;
          double expected = slope * b.getDouble(i);
          assertEquals(expected, actual.get(1).getDouble(n * 3 + i), 1e-12, "seed " + SEED);
        }
      }
      assertArrayEquals(bBar, actual.get(2).toDoubles(), 1e-12, "seed " + SEED);
    }
  }

  @Test
  void batch_of_a_derivative_is_the_derivative_of_a_batch() {
    Program p = Parser.parse(CUSTOM_JVP);
    Program first = Derivatives.jvp(Batch.of(p, 4, List.of(true, true)).program());
    Program second = Batch.of(Derivatives.jvp(p), 4, List.of(true, true, true, true)).program();
    Random random = new Random(SEED);
    List<Tensor> x = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      x.add(random(random, 4, 3));
    }
    List<Tensor> y = Evaluator.run(first, x);
    List<Tensor> z = Evaluator.run(second, x);
    assertArrayEquals(y.get(1).toDoubles(), z.get(1).toDoubles(), 1e-12, "seed " + SEED);
  }

  @Test
  void too_few_flags_are_refused() {
    Program p = Parser.parse(CUSTOM_JVP);
    assertEquals(
        "batch of a program with 2 inputs got 1 flags",
        assertThrows(IllegalArgumentException.class, () -> Batch.of(p, 4, List.of(true)))
            .getMessage());
    assertEquals(
        "batch size must not be negative, got -1",
        assertThrows(IllegalArgumentException.class, () -> Batch.of(p, -1, List.of(true, true)))
            .getMessage());
  }

  private static Tensor row(Tensor x, int n) {
    return x.slice(n, n + 1).reshape(x.shape().remove(0));
  }

  private static Tensor random(Random random, long... dims) {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(dims));
    for (long i = 0; i < x.size(); i++) {
      x.setDouble(i, random.nextGaussian());
    }
    return x;
  }
}
