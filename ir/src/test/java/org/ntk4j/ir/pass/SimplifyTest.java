package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;

class SimplifyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          add zero            | x:f64[3] | b:f64[3] = add a 0.0:f64[3] | b | | a
          zero add            | x:f64[3] | b:f64[3] = add 0.0:f64[3] a | b | | a
          subtract zero       | x:f64[3] | b:f64[3] = sub a 0.0:f64[3] | b | | a
          zero minus          | x:f64[3] | b:f64[3] = sub 0.0:f64[3] a | b | b:f64[3] = neg a | b
          times one           | x:f64[3] | b:f64[3] = mul a 1.0:f64[3] | b | | a
          times minus one     | x:f64[3] | b:f64[3] = mul -1.0:f64[3] a | b | b:f64[3] = neg a | b
          float times zero    | x:f64[3] | b:f64[3] = mul a 0.0:f64[3] | b | b:f64[3] = mul a 0.0:f64[3] | b
          integer times zero  | x:i64[3] | b:i64[3] = mul a 0:i64[3] | b | | 0:i64[3]
          cast times zero     | x:i64[3] | b:f64[3] = cast[to=f64] a; c:f64[3] = mul b 0.0:f64[3] | c | | 0.0:f64[3]
          over one            | x:f64[3] | b:f64[3] = div a 1.0:f64[3] | b | | a
          to the first        | x:f64[3] | b:f64[3] = integer_pow[exponent=1] a | b | | a
          neg neg             | x:f64[3] | b:f64[3] = neg a; c:f64[3] = neg b | c | | a
          plus negative       | x:f64[3], y:f64[3] | c:f64[3] = neg b; d:f64[3] = add a c | d | c:f64[3] = sub a b | c
          minus negative      | x:f64[3], y:f64[3] | c:f64[3] = neg b; d:f64[3] = sub a c | d | c:f64[3] = add a b | c
          negative difference | x:f64[3], y:f64[3] | c:f64[3] = sub a b; d:f64[3] = neg c | d | c:f64[3] = sub b a | c
          two negatives       | x:f64[3], y:f64[3] | c:f64[3] = neg a; d:f64[3] = neg b; e:f64[3] = mul c d | e | c:f64[3] = mul a b | c
          select literal      | x:f64[3], y:f64[3] | c:f64[3] = select true:bool[3] a b | c | | a
          select same         | p:bool[3], y:f64[3] | c:f64[3] = select a b b | c | | b
          widened and back    | x:f32[3] | b:f64[3] = convert[to=f64] a; c:f32[3] = convert[to=f32] b | c | | a
          convert to itself   | x:f32[3] | b:f32[3] = convert[to=f32] a | b | | a
          reshape twice       | x:f64[6] | b:f64[2,3] = reshape[shape=[2,3]] a; c:f64[3,2] = reshape[shape=[3,2]] b | c | b:f64[3,2] = reshape[shape=[3,2]] a | b
          reshape to itself   | x:f64[6] | b:f64[2,3] = reshape[shape=[2,3]] a; c:f64[6] = reshape[shape=[6]] b | c | | a
          transpose twice     | x:f64[2,3,4] | b:f64[4,2,3] = transpose[permutation=[2,0,1]] a; c:f64[3,4,2] = transpose[permutation=[2,0,1]] b | c | b:f64[3,4,2] = transpose[permutation=[1,2,0]] a | b
          transpose and back  | x:f64[2,3] | b:f64[3,2] = transpose[permutation=[1,0]] a; c:f64[2,3] = transpose[permutation=[1,0]] b | c | | a
          transposed repeat   | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; c:f64[3,2] = transpose[permutation=[1,0]] b | c | b:f64[3,2] = broadcast[shape=[3,2] axes=[0]] a | b
          broadcast twice     | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; c:f64[2,4,3] = broadcast[shape=[2,4,3] axes=[0,2]] b | c | b:f64[2,4,3] = broadcast[shape=[2,4,3] axes=[2]] a | b
          broadcast literal   | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] 2.0:f64[3] | b | | 2.0:f64[2,3]
          pulled through sin  | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; c:f64[2,3] = sin b | c | b:f64[3] = sin a; c:f64[2,3] = broadcast[shape=[2,3] axes=[1]] b | c
          pulled with literal | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; c:f64[2,3] = mul b 2.0:f64[2,3] | c | b:f64[3] = mul a 2.0:f64[3]; c:f64[2,3] = broadcast[shape=[2,3] axes=[1]] b | c
          different repeats   | x:f64[3], y:f64[2] | c:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; d:f64[2,3] = broadcast[shape=[2,3] axes=[0]] b; e:f64[2,3] = add c d | e | c:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; d:f64[2,3] = broadcast[shape=[2,3] axes=[0]] b; e:f64[2,3] = add c d | e
          repeated free axis  | x:f64[3], y:f64[3,4] | c:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; d:f64[2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] c b | d | c:f64[4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0] rhsContract=[0]] a b; d:f64[2,4] = broadcast[shape=[2,4] axes=[1]] c | d
          repeated on the right | x:f64[5,3], y:f64[3] | c:f64[3,4] = broadcast[shape=[3,4] axes=[0]] b; d:f64[5,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a c | d | c:f64[5] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b; d:f64[5,4] = broadcast[shape=[5,4] axes=[0]] c | d
          transposed operand  | x:f64[3,2], y:f64[3,4] | c:f64[2,3] = transpose[permutation=[1,0]] a; d:f64[2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] c b | d | c:f64[2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0] rhsContract=[0]] a b | c
          repeated contracted axis | x:f64[4], y:f64[4,3,2] | c:f64[3,4] = broadcast[shape=[3,4] axes=[1]] a; d:f64[2] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1,0] rhsContract=[0,1]] c b | d | c:f64[4,2] = reduce_sum[axes=[1]] b; d:f64[2] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[0] rhsContract=[0]] a c | d
          repeated on the right, contracted | x:f64[5,2,3], y:f64[5] | c:f64[5,3] = broadcast[shape=[5,3] axes=[0]] b; d:f64[5,2] = contract[lhsBatch=[0] rhsBatch=[0] lhsContract=[2] rhsContract=[1]] a c | d | c:f64[5,2] = reduce_sum[axes=[2]] a; d:f64[5,2] = contract[lhsBatch=[0] rhsBatch=[0] lhsContract=[] rhsContract=[]] c b | d
          sum over free axes  | x:f64[5,2,3], y:f64[4,3] | c:f64[5,2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[2] rhsContract=[1]] a b; d:f64[2] = reduce_sum[axes=[0,2]] c | d | c:f64[2,3] = reduce_sum[axes=[0]] a; d:f64[3] = reduce_sum[axes=[0]] b; e:f64[2] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] c d | e
          sum over batch axes | x:f64[6,5,3], y:f64[3,5,6,4] | c:f64[6,5,4] = contract[lhsBatch=[0,1] rhsBatch=[2,1] lhsContract=[2] rhsContract=[0]] a b; d:f64[5,4] = reduce_sum[axes=[0]] c | d | c:f64[5,4] = contract[lhsBatch=[1] rhsBatch=[1] lhsContract=[2,0] rhsContract=[0,2]] a b | c
          sum of a product that others read | x:f64[3], y:f64[4] | c:f64[3,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] a b; d:f64[3] = reduce_sum[axes=[1]] c; e:f64[3] = reduce_max[axes=[1]] c; f:f64[3] = add d e | f | c:f64[3,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] a b; d:f64[3] = reduce_sum[axes=[1]] c; e:f64[3] = reduce_max[axes=[1]] c; f:f64[3] = add d e | f
          transposed groups   | x:f64[2,3,4,5] | b:f64[2,1,3,20] = reshape[shape=[2,1,3,20]] a; c:f64[20,1,2,3] = transpose[permutation=[3,1,0,2]] b | c | b:f64[4,5,2,3] = transpose[permutation=[2,3,0,1]] a; c:f64[20,1,2,3] = reshape[shape=[20,1,2,3]] b | c
          transposed parts    | x:f64[6,4] | b:f64[2,3,4] = reshape[shape=[2,3,4]] a; c:f64[3,2,4] = transpose[permutation=[1,0,2]] b | c | b:f64[2,3,4] = reshape[shape=[2,3,4]] a; c:f64[3,2,4] = transpose[permutation=[1,0,2]] b | c
          moved axes of size one | x:f64[2,1,3] | b:f64[1,2,3] = transpose[permutation=[1,0,2]] a; c:f64[6] = reshape[shape=[6]] b | c | b:f64[6] = reshape[shape=[6]] a | b
          transposed alike    | x:f64[2,3], y:f64[2,3] | c:f64[3,2] = transpose[permutation=[1,0]] a; d:f64[3,2] = transpose[permutation=[1,0]] b; e:f64[3,2] = sub c d | e | c:f64[2,3] = sub a b; d:f64[3,2] = transpose[permutation=[1,0]] c | d
          transposed for others too | x:f64[2,3], y:f64[2,3] | c:f64[3,2] = transpose[permutation=[1,0]] a; d:f64[3,2] = transpose[permutation=[1,0]] b; e:f64[3,2] = sub c d; f:f64[3,2] = mul c e | f | c:f64[3,2] = transpose[permutation=[1,0]] a; d:f64[3,2] = transpose[permutation=[1,0]] b; e:f64[3,2] = sub c d; f:f64[3,2] = mul c e | f
          transposed otherwise | x:f64[3,3], y:f64[3,3] | c:f64[3,3] = transpose[permutation=[1,0]] a; d:f64[3,3] = sub c b | d | c:f64[3,3] = transpose[permutation=[1,0]] a; d:f64[3,3] = sub c b | d
          outer product       | x:f64[3], y:f64[4] | c:f64[3,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] a b | c | c:f64[3,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[] rhsContract=[]] a b | c
          sum of a repeat     | x:f64[3] | b:f64[2,3] = broadcast[shape=[2,3] axes=[1]] a; c:f64[3] = reduce_sum[axes=[0]] b | c | b:f64[3] = mul a 2.0:f64[3] | b
          sum of own and new  | x:f64[3,5] | b:f64[2,3,4,5] = broadcast[shape=[2,3,4,5] axes=[1,3]] a; c:f64[2,5] = reduce_sum[axes=[1,2]] b | c | b:f64[5] = reduce_sum[axes=[0]] a; c:f64[5] = mul b 4.0:f64[5]; d:f64[2,5] = broadcast[shape=[2,5] axes=[1]] c | d
          sum over nothing    | x:f64[3] | b:f64[3] = reduce_sum[axes=[]] a | b | | a
          sum over one        | x:f64[3,1] | b:f64[3] = reduce_sum[axes=[1]] a | b | b:f64[3] = reshape[shape=[3]] a | b
          sum of none         | x:f64[3,0] | b:f64[3] = reduce_sum[axes=[1]] a | b | | 0.0:f64[3]
          sum of a literal    | x:f64[3] | b:f64[] = reduce_sum[axes=[0]] 2.5:f64[4] | b | | 10.0:f64[]
          sum of a sum        | x:f64[2,3,4] | b:f64[2,4] = reduce_sum[axes=[1]] a; c:f64[2] = reduce_sum[axes=[1]] b | c | b:f64[2] = reduce_sum[axes=[1,2]] a | b
          maximum of one      | x:f64[3,1] | b:f64[3] = reduce_max[axes=[1]] a | b | b:f64[3] = reshape[shape=[3]] a | b
          running sum of one  | x:f64[3,1] | b:f64[3,1] = cumsum[axis=1 reverse=false] a | b | | a
          slice of everything | x:f64[3] | b:f64[3] = slice[start=[0] limit=[3] stride=[1]] a | b | | a
          dynamic slice of everything | x:f64[3], i:i32[1] | c:f64[3] = dynamic_slice[sizes=[3]] a b | c | | a
          update of everything | x:f64[3], y:f64[3], i:i32[1] | d:f64[3] = dynamic_update_slice a b c | d | | b
          pad by nothing      | x:f64[3] | b:f64[3] = pad[lo=[0] hi=[0] interior=[0]] a 0.0:f64[] | b | | a
          concatenate one     | x:f64[3] | b:f64[3] = concatenate[axis=0] a | b | | a
          concatenate empty   | x:f64[3], y:f64[0] | c:f64[3] = concatenate[axis=0] a b | c | | a
          reverse twice       | x:f64[3,2] | b:f64[3,2] = reverse[axes=[0,1]] a; c:f64[3,2] = reverse[axes=[1,0]] b | c | | a
          gather of zeros     | i:i64[2] | b:f64[2] = gather[axis=0 batch=0] 0.0:f64[5] a | b | | 0.0:f64[2]
          scatter of zeros    | i:i64[2] | b:f64[5] = scatter_add[axis=0 batch=0 size=5] a 0.0:f64[2] | b | | 0.0:f64[5]
          """)
  void rule(
      String name, String inputs, String before, String result, String after, String simpler) {
    Program p = parse(inputs, before, result);
    Program q = new Dce().apply(new Simplify().apply(p));
    Verify.check(q, "simplify");
    assertEquals(parse(inputs, after, simpler).toString(), q.toString(), name);
    Random random = new Random(3);
    List<Tensor> x = p.inputAvals().stream().map(aval -> values(aval, random)).toList();
    assertArrayEquals(
        Evaluator.run(p, x).getFirst().toDoubles(),
        Evaluator.run(q, x).getFirst().toDoubles(),
        1e-12,
        name);
  }

  /// Inputs are called a, b, c in the equations, whatever the table calls them.
  private static Program parse(String inputs, String equations, String result) {
    List<String> named = new ArrayList<>();
    for (String input : inputs.split(", ")) {
      named.add((char) ('a' + named.size()) + input.substring(input.indexOf(':')));
    }
    String body = equations == null ? "" : equations.replace("; ", "\n") + "\n";
    return Parser.parse(
        "program(%s) {\n%sreturn %s\n}\n".formatted(String.join(", ", named), body, result));
  }

  private static Tensor values(Aval aval, Random random) {
    Tensor x = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < x.size(); i++) {
      switch (aval.dtype()) {
        case F32, F64 -> x.setDouble(i, random.nextGaussian());
        case I32, I64 -> x.setLong(i, random.nextInt(5));
        case BOOL -> x.setLong(i, random.nextInt(2));
      }
    }
    return x;
  }

  @Test
  void a_branch_chosen_by_a_literal_is_inlined() {
    Program p =
        Parser.parse(
            """
            program(a:f64[3]) {
              b:f64[3] = cond[branches=[(a:f64[3]) {
                b:f64[3] = sin a
                return b
              }, (a:f64[3]) {
                b:f64[3] = cos a
                return b
              }]] 9:i32[] a
              return b
            }
            """);
    assertEquals(
        Parser.parse("program(a:f64[3]) {\nb:f64[3] = cos a\nreturn b\n}\n"),
        new Simplify().apply(p));
  }

  @Test
  void a_program_without_anything_to_simplify_is_returned_itself() {
    Program p = Parser.parse("program(a:f64[3]) {\nb:f64[3] = sin a\nreturn b\n}\n");
    assertSame(p, Passes.standard().apply(p));
  }
}
