package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.text.Parser;

/// Reshapes share memory inside a run, and never with what the caller sees.
class SharedMemoryTest {
  @Test
  void memory_lives_as_long_as_a_reshape_of_it_is_read() {
    Program p =
        Parser.parse(
            """
            program(a:f64[2,3]) {
              b:f64[2,3] = add a a
              c:f64[6] = reshape[shape=[6]] b
              d:f64[6] = neg c
              e:f64[6] = mul d d
              f:f64[3,2] = reshape[shape=[3,2]] c
              g:f64[3,2] = sub f f
              h:f64[6] = reshape[shape=[6]] f
              i:f64[6] = add e h
              return i, g
            }
            """);
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    List<Tensor> y = Evaluator.run(p, List.of(x));
    assertArrayEquals(new double[] {6, 20, 42, 72, 110, 156}, y.getFirst().toDoubles());
    assertArrayEquals(new double[6], y.get(1).toDoubles());
  }

  @Test
  void results_share_memory_with_nothing() {
    Program p =
        Parser.parse(
            """
            program(a:f64[2,2]) {
              b:f64[4] = reshape[shape=[4]] a
              c:f64[4] = neg b
              d:f64[2,2] = reshape[shape=[2,2]] c
              return b, c, d
            }
            """);
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> y = Evaluator.run(p, List.of(x), scope);
      y.getFirst().setDouble(0, 50);
      y.get(1).setDouble(0, 60);
      y.get(2).setDouble(0, 70);
      assertArrayEquals(new double[] {50, 2, 3, 4}, y.getFirst().toDoubles());
      assertArrayEquals(new double[] {60, -2, -3, -4}, y.get(1).toDoubles());
      assertArrayEquals(new double[] {70, -2, -3, -4}, y.get(2).toDoubles());
      assertArrayEquals(new double[] {1, 2, 3, 4}, x.toDoubles());
    }
  }

  @Test
  void reshapes_take_no_memory() {
    Program p =
        Parser.parse(
            """
            program(a:f32[1000,100]) {
              b:f32[1000,100] = neg a
              c:f32[100000] = reshape[shape=[100000]] b
              d:f32[] = reduce_sum[axes=[0]] c
              return d
            }
            """);
    try (TensorScope scope = TensorScope.open()) {
      Evaluator.run(p, List.of(Tensor.fill(DType.F32, Shape.of(1000, 100), 1)), scope);
      assertTrue(scope.peakBytes() < 500_000, scope.peakBytes() + " bytes");
    }
  }
}
