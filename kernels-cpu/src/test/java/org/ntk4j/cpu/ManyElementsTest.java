package org.ntk4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.text.Parser;

/// Work that is shared by threads: each row of a large result is, to the bit, what the program
/// gives for that row alone, which is too little for a second thread.
class ManyElementsTest {
  private static final int ROWS = 23;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arithmetic  | f32[N,41,130] | b:f32[N,41,130] = mul a a; c:f32[N,41,130] = sub b a | c
          functions   | f32[N,41,130] | b:f32[N,41,130] = tanh a; c:f32[N,41,130] = div b a | c
          doubles     | f64[N,41,130] | b:f64[N,41,130] = exp a; c:f64[N,41,130] = add b a | c
          selection   | f32[N,41,130] | b:bool[N,41,130] = gt a 0.5:f32[N,41,130]; c:f32[N,41,130] = select b a 0.0:f32[N,41,130] | c
          integers    | f32[N,41,130] | b:i64[N,41,130] = cast[to=i64] a; c:i64[N,41,130] = mul b b; d:bool[N,41,130] = gt b c; e:i64[N,41,130] = select d b c; f:f32[N,41,130] = cast[to=f32] e | f
          masks       | f32[N,41,130] | b:bool[N,41,130] = lt a 0.5:f32[N,41,130]; c:f32[N,41,130] = cast[to=f32] b | c
          transpose   | f32[N,41,130] | b:f32[N,130,41] = transpose[permutation=[0,2,1]] a | b
          repetition  | f32[N,41] | b:f32[N,130,41] = broadcast[shape=[N,130,41] axes=[0,2]] a | b
          slices      | f32[N,90,130] | b:f32[N,30,65] = slice[start=[0,0,0] limit=[N,90,130] stride=[1,3,2]] a; c:f32[N,60,65] = concatenate[axis=1] b b | c
          reversal    | f32[N,41,130] | b:f32[N,41,130] = reverse[axes=[1,2]] a | b
          reshapes    | f32[N,41,130] | b:f32[N,130,41] = reshape[shape=[N,130,41]] a; c:f32[N,41,130] = transpose[permutation=[0,2,1]] b; d:f32[N,5330] = reshape[shape=[N,5330]] c; e:f32[N,5330] = add d d | e
          inner sums  | f32[N,41,130] | b:f32[N,41] = reduce_sum[axes=[2]] a | b
          outer sums  | f32[N,41,130] | b:f32[N,130] = reduce_sum[axes=[1]] a | b
          all sums    | f32[N,41,130] | b:f32[N] = reduce_sum[axes=[1,2]] a | b
          largest     | f64[N,41,130] | b:f64[N,41] = reduce_max[axes=[2]] a | b
          """)
  void rows_are_computed_as_if_alone(String name, String input, String body, String result) {
    Program all = program(input, body, result, ROWS);
    Program one = program(input, body, result, 1);
    Shape shape = all.inputAvals().getFirst().shape();
    Tensor x = RandomKey.of(5).normal(all.inputAvals().getFirst().dtype(), shape);
    Tensor y = Evaluator.run(all, List.of(x)).getFirst();
    for (int n = 0; n < ROWS; n++) {
      Tensor row = Evaluator.run(one, List.of(x.slice(n, n + 1))).getFirst();
      assertTrue(row.sameAs(y.slice(n, n + 1)), name + ", row " + n);
    }
  }

  private static Program program(String input, String body, String result, int rows) {
    String text =
        "program(a:%s) {\n%s\nreturn %s\n}\n".formatted(input, body.replace("; ", "\n"), result);
    return Parser.parse(text.replace("N", Integer.toString(rows)));
  }

  @Test
  void transposes_of_all_axes_reach_every_element() {
    Tensor x = RandomKey.of(6).normal(DType.F32, Shape.of(67, 33, 59));
    for (List<Integer> axes :
        List.of(List.of(2, 1, 0), List.of(1, 0, 2), List.of(2, 0, 1), List.of(1, 2, 0))) {
      Shape shape = x.shape().permute(axes);
      Program p =
          Parser.parse(
              "program(a:f32[67,33,59]) {\nb:f32%s = transpose[permutation=%s] a\nreturn b\n}\n"
                  .formatted(shape, axes.toString().replace(" ", "")));
      Tensor y = Evaluator.run(p, List.of(x)).getFirst();
      long[] strides = x.shape().strides();
      long[] moved = shape.strides();
      for (long i = 0; i < y.size(); i++) {
        long from = 0;
        for (int k = 0; k < 3; k++) {
          from += i / moved[k] % shape.dim(k) * strides[axes.get(k)];
        }
        assertEquals(x.getDouble(from), y.getDouble(i));
      }
    }
  }

  @Test
  void every_piece_is_called_once() {
    for (int threads : List.of(1, 2, 5)) {
      AtomicIntegerArray calls = new AtomicIntegerArray(1000);
      try (Workers workers = new Workers(threads)) {
        CpuLinearAlgebra algebra = new CpuLinearAlgebra(workers);
        algebra.forEach(10, i -> algebra.forEach(100, j -> calls.incrementAndGet(100 * i + j)));
      }
      List<Integer> counts = new ArrayList<>();
      for (int i = 0; i < calls.length(); i++) {
        counts.add(calls.get(i));
      }
      assertTrue(counts.stream().allMatch(n -> n == 1), "with " + threads + " threads");
    }
  }

  @Test
  void memory_of_one_thread_is_read_by_that_thread() {
    Program p =
        Parser.parse(
            """
            program(a:f32[400,400]) {
              b:f32[400,400] = transpose[permutation=[1,0]] a
              c:f32[400,400] = sub a b
              return c
            }
            """);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4 * 160_000, 64);
      Tensor x = Tensor.wrap(DType.F32, Shape.of(400, 400), memory);
      x.setDouble(1, 5);
      Tensor y = Evaluator.run(p, List.of(x)).getFirst();
      assertArrayEquals(new double[] {5, -5}, new double[] {y.getDouble(1), y.getDouble(400)});
    }
  }
}
