package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;

class SplitTest {
  private static final int ROUNDS = 40;

  /// A program of three pairs of inputs, a matrix and a row each, made of random ones.
  private static Program random(Random random) {
    List<Aval> avals = RandomProgram.of(random, 1).inputAvals();
    List<Var> inputs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      inputs.add(new Var(avals.get(i % 2)));
    }
    Builder b = new Builder();
    List<Atom> matrices = new ArrayList<>(List.of(inputs.get(0), inputs.get(2), inputs.get(4)));
    List<Atom> rows = new ArrayList<>(List.of(inputs.get(1), inputs.get(3), inputs.get(5)));
    for (int i = 0; i < 6; i++) {
      Program p = RandomProgram.of(random, 12);
      Atom matrix = matrices.get(random.nextInt(matrices.size()));
      List<Atom> results = b.inline(p, List.of(matrix, rows.get(random.nextInt(rows.size()))));
      matrices.add(results.get(0));
      matrices.add(results.get(2));
      rows.add(results.get(1));
    }
    return b.build(inputs, List.of(matrices.getLast(), rows.getLast(), matrices.get(5)));
  }

  private static List<Tensor> values(Program p, Random random) {
    return p.inputAvals().stream().map(aval -> RandomProgram.values(aval, random)).toList();
  }

  /// What the parts give when they are put together.
  private static List<Tensor> recomposed(Split split, List<Tensor> in, int theta, int xs) {
    List<Tensor> parameters = in.subList(0, theta);
    List<Tensor> x = in.subList(theta, theta + xs);
    List<Tensor> y = in.subList(theta + xs, in.size());
    List<Tensor> common = new ArrayList<>(parameters);
    common.addAll(Evaluator.run(split.shared(), parameters));
    List<Tensor> all = joined(joined(common, x), y);
    all.addAll(Evaluator.run(split.first(), joined(common, x)));
    all.addAll(Evaluator.run(split.second(), joined(common, y)));
    return Evaluator.run(split.pair(), all);
  }

  private static List<Tensor> joined(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static void assertSame(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(expected.get(i).sameAs(actual.get(i)), "result " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void the_parts_put_together_are_the_program(int theta) {
    Random random = new Random(theta);
    for (int round = 0; round < ROUNDS; round++) {
      Program p = random(random);
      List<Tensor> in = values(p, random);
      List<Tensor> expected = Evaluator.run(p, in);
      for (int xs = 0; xs <= 6 - theta; xs++) {
        assertSame(expected, recomposed(Split.of(p, theta, xs), in, theta, xs));
        assertSame(expected, recomposed(Split.lean(p, theta, xs), in, theta, xs));
      }
    }
  }

  @Test
  void twins_serve_as_both_sides() {
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      Program p = random(random);
      Split split = Split.of(p, 2, 2);
      Twins twins = Twins.of(split);
      List<Tensor> in = values(p, random);
      List<Tensor> common = new ArrayList<>(in.subList(0, 2));
      common.addAll(Evaluator.run(split.shared(), in.subList(0, 2)));
      List<Tensor> x = in.subList(2, 4);
      List<Tensor> y = in.subList(4, 6);
      List<Tensor> ofX = Evaluator.run(twins.side(), joined(common, x));
      List<Tensor> ofY = Evaluator.run(twins.side(), joined(common, y));
      List<Tensor> all = joined(joined(common, x), y);
      twins.first().forEach(k -> all.add(ofX.get(k)));
      twins.second().forEach(k -> all.add(ofY.get(k)));
      assertSame(Evaluator.run(p, in), Evaluator.run(split.pair(), all));
      List<Tensor> diagonal = Evaluator.run(twins.diagonal(), joined(joined(common, x), ofX));
      List<Tensor> expected = Evaluator.run(p, joined(joined(in.subList(0, 2), x), x));
      for (int i = 0; i < expected.size(); i++) {
        assertClose(expected.get(i), diagonal.get(i));
      }
    }
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    for (long i = 0; i < expected.size(); i++) {
      double e = expected.getDouble(i);
      assertEquals(e, actual.getDouble(i), 1e-9 * Math.max(1, Math.abs(e)));
    }
  }

  private static Split split(String text) {
    return Split.of(Parser.parse(text), 1, 1);
  }

  @Test
  void what_is_larger_than_its_operands_is_made_again_where_little_is_to_be_handed_over() {
    Program p =
        Parser.parse(
            """
            program(a:f64[4], b:f64[8], c:f64[8]) {
              d:f64[8] = tanh b
              e:f64[8,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] d a
              f:f64[8,4] = neg e
              g:f64[8,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] c a
              h:f64[] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0,1] rhsContract=[0,1]] f g
              return h
            }
            """);
    Split kept = Split.of(p, 1, 1);
    assertEquals("[f64[8,4]]", kept.first().outputAvals().toString());
    assertEquals("[f64[8,4]]", kept.second().outputAvals().toString());
    Split lean = Split.lean(p, 1, 1);
    assertEquals("[f64[8]]", lean.first().outputAvals().toString());
    assertEquals("[]", lean.second().outputAvals().toString());
    List<Tensor> in = values(p, new Random(1));
    assertSame(Evaluator.run(p, in), recomposed(lean, in, 1, 1));
  }

  @Test
  void each_part_has_what_depends_on_its_inputs_only() {
    Split split =
        split(
            """
            program(a:f64[2], b:f64[2], c:f64[2]) {
              d:f64[2] = sin a
              e:f64[2] = mul d b
              f:f64[2] = mul d c
              g:f64[2] = exp e
              h:f64[2] = add g f
              return h
            }
            """);
    assertEquals("[sin]", mnemonics(split.shared()));
    assertEquals("[mul, exp]", mnemonics(split.first()));
    assertEquals("[mul]", mnemonics(split.second()));
    assertEquals("[add]", mnemonics(split.pair()));
  }

  @Test
  void broadcasts_reshapes_and_constants_are_made_again() {
    Split split =
        split(
            """
            program(a:f64[2], b:f64[2], c:f64[3,2]) {
              d:f64[2] = sin b
              e:f64[1,2] = reshape[shape=[1,2]] d
              f:f64[2] = reshape[shape=[2]] e
              g:f64[3,2] = broadcast[shape=[3,2] axes=[1]] f
              h:f64[3,2] = iota[shape=[3,2] axis=0 to=f64]
              i:f64[3,2] = mul g h
              j:f64[3,2] = mul c h
              k:f64[3,2] = mul i j
              return k
            }
            """);
    assertEquals("[]", mnemonics(split.shared()));
    assertEquals("[sin, reshape, reshape, broadcast, iota, mul]", mnemonics(split.first()));
    assertEquals("[iota, mul]", mnemonics(split.second()));
    Split handed =
        split(
            """
            program(a:f64[2], b:f64[2], c:f64[3,2]) {
              d:f64[2] = sin b
              e:f64[3,2] = broadcast[shape=[3,2] axes=[1]] d
              f:f64[3,2] = mul c e
              return f
            }
            """);
    assertEquals("[f64[2]]", handed.first().outputAvals().toString());
    assertEquals("[broadcast, mul]", mnemonics(handed.pair()));
  }

  private static String mnemonics(Program p) {
    return p.equations().stream().map(e -> e.op().mnemonic()).toList().toString();
  }
}
