package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;

/// Passes on random programs and on small ones.
class PassesTest {
  private static final long SEED = Long.getLong("ntk.seed", 1);

  static List<Long> seeds() {
    return IntStream.range(0, 200).mapToObj(i -> SEED * 1000 + i).toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void every_pass_keeps_the_meaning(long seed) {
    Program p = RandomProgram.of(new Random(seed), 25);
    Random random = new Random(seed);
    List<Tensor> x = p.inputAvals().stream().map(a -> RandomProgram.values(a, random)).toList();
    List<Tensor> expected = Evaluator.run(p, x);
    List<Pass> passes =
        List.of(new Dce(), new Cse(), new Simplify(), new ConstantFold(), Passes.standard());
    for (Pass pass : passes) {
      Program q = pass.apply(p);
      Verify.check(q, pass.name());
      assertTrue(
          Cost.of(q).operations() <= Cost.of(p).operations(), pass.name() + ", seed " + seed);
      List<Tensor> actual = Evaluator.run(q, x);
      for (int k = 0; k < expected.size(); k++) {
        assertEquals(expected.get(k).shape(), actual.get(k).shape());
        double[] y = expected.get(k).toDoubles();
        double[] z = actual.get(k).toDoubles();
        for (int i = 0; i < y.length; i++) {
          double tolerance = 1e-9 * (1 + Math.abs(y[i]));
          assertEquals(y[i], z[i], tolerance, pass.name() + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void cse_finds_equal_and_commuted_equations() {
    Program p =
        Parser.parse(
            """
            program(a:f64[3], b:f64[3]) {
              c:f64[3] = add a b
              d:f64[3] = add b a
              e:f64[3] = sub a b
              f:f64[3] = sub b a
              g:f64[3] = mul c d
              return g, e, f
            }
            """);
    assertEquals(
        """
        program(a:f64[3], b:f64[3]) {
          c:f64[3] = add a b
          d:f64[3] = sub a b
          e:f64[3] = sub b a
          f:f64[3] = mul c c
          return f, d, e
        }
        """,
        new Cse().apply(p).toString());
  }

  @Test
  void constants_are_folded_and_equal_elements_become_literals() {
    Program p =
        Parser.parse(
            """
            program(a:f64[2]) {
              b:f64[2] = constant[value=f64[2]{1.0 2.0}]
              c:f64[2] = add b 1.0:f64[2]
              d:f64[2] = sub b b
              e:f64[2] = mul a c
              f:f64[2] = add e d
              g:f64[1000000] = exp 0.0:f64[1000000]
              return f, g
            }
            """);
    assertEquals(
        """
        program(a:f64[2]) {
          b:f64[2] = constant[value=f64[2]{2.0 3.0}]
          c:f64[2] = mul a b
          return c, 1.0:f64[1000000]
        }
        """,
        Passes.standard().apply(p).toString());
  }

  @Test
  void dce_drops_unused_results_operands_and_carries_of_a_scan() {
    Program p =
        Parser.parse(
            """
            program(a:f64[], b:f64[], c:f64[], d:f64[4], e:f64[4]) {
              (f:f64[], g:f64[], h:f64[4], i:f64[4]) = scan[body=(a:f64[], b:f64[], c:f64[], d:f64[], e:f64[]) {
                f:f64[] = add b d
                g:f64[] = mul c a
                h:f64[] = sin e
                return f, g, b, h
              } consts=1 carries=2 length=4 reverse=false] a b c d e
              j:f64[] = exp g
              return h
            }
            """);
    assertEquals(
        """
        program(a:f64[], b:f64[], c:f64[], d:f64[4], e:f64[4]) {
          (f:f64[], g:f64[4]) = scan[body=(a:f64[], b:f64[]) {
            c:f64[] = add a b
            return c, a
          } consts=0 carries=1 length=4 reverse=false] b d
          return g
        }
        """,
        new Dce().apply(p).toString());
  }

  @Test
  void dce_keeps_the_carries_that_a_condition_needs() {
    Program p =
        Parser.parse(
            """
            program(a:i32[], b:f64[], c:f64[]) {
              (d:i32[], e:f64[], f:f64[]) = while[condition=(a:i32[], b:f64[], c:f64[]) {
                d:bool[] = lt a 3:i32[]
                return d
              } body=(a:i32[], b:f64[], c:f64[]) {
                d:i32[] = add a 1:i32[]
                e:f64[] = sin b
                f:f64[] = cos c
                return d, e, f
              }] a b c
              return e
            }
            """);
    Program q = new Dce().apply(p);
    Verify.check(q, "dce");
    assertEquals(2, q.equations().getFirst().out().size());
    List<Tensor> x =
        List.of(
            Tensor.of(new int[] {0}).reshape(Shape.SCALAR), Tensor.scalar(0.3), Tensor.scalar(1));
    assertArrayEquals(
        Evaluator.run(p, x).getFirst().toDoubles(), Evaluator.run(q, x).getFirst().toDoubles());
  }

  @Test
  void thousands_of_equations_take_milliseconds() {
    Program p = RandomProgram.of(new Random(SEED), 5000);
    List<Pass> passes = new ArrayList<>(List.of(new Dce(), new Cse(), new Simplify()));
    for (Pass pass : passes) {
      long millis = leastMillis(pass, p);
      assertTrue(millis < 1000, pass.name() + " took " + millis + " ms");
    }
    Program q = Passes.standard().apply(p);
    assertSame(q, new Dce().apply(q));
  }

  /// Of several runs: other work may keep the machine busy.
  private static long leastMillis(Pass pass, Program p) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 8; run++) {
      long start = System.nanoTime();
      pass.apply(p);
      least = Math.min(least, (System.nanoTime() - start) / 1_000_000);
    }
    return least;
  }
}
