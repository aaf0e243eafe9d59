package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.f64;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Reshape;

class EvaluatorTest {
  private static final Aval VECTOR = Aval.of(DType.F64, 2);

  @Test
  void too_few_arguments_are_refused() {
    Program p = Eval.program(new Add(), f64(1), f64(2));
    Exception e = assertThrows(IllegalArgumentException.class, () -> Evaluator.run(p, List.of()));
    assertEquals(
        "the program has 2 inputs, but 0 arguments were given; expected [f64[1], f64[1]]",
        e.getMessage());
  }

  @Test
  void an_argument_of_another_shape_or_dtype_is_refused() {
    Program p = Eval.program(new Neg(), f64(1));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Evaluator.run(p, List.of(f64(1, 2))));
    assertEquals("argument 0 of the program is f64[2]; expected f64[1]", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Evaluator.run(p, List.of(Eval.i64(1))));
  }

  @Test
  void results_are_new_tensors_even_if_they_are_arguments_literals_or_equal() {
    Var x = new Var(VECTOR);
    Builder b = new Builder();
    Var y = b.emit(new Neg(), x);
    Literal two = Literal.of(2, VECTOR);
    Program p = b.build(List.of(x), List.of(x, y, y, two, x));
    Tensor argument = f64(1, -1);
    List<Tensor> results = Evaluator.run(p, List.of(argument));
    assertDoubles(results.get(0), 1, -1);
    assertDoubles(results.get(1), -1, 1);
    assertDoubles(results.get(2), -1, 1);
    assertDoubles(results.get(3), 2, 2);
    for (int i = 0; i < results.size(); i++) {
      assertNotSame(argument, results.get(i));
      results.get(i).setDouble(0, 100 + i);
    }
    assertDoubles(argument, 1, -1);
    assertDoubles(results.get(0), 100, -1);
    assertDoubles(results.get(1), 101, 1);
    assertDoubles(results.get(2), 102, 1);
    assertDoubles(Evaluator.run(p, List.of(argument)).get(3), 2, 2);
  }

  @Test
  void literals_are_operands_of_every_size() {
    for (long n : new long[] {0, 1, 5000}) {
      Aval aval = Aval.of(DType.F32, n);
      Var x = new Var(aval);
      Builder b = new Builder();
      Var y = b.emit(new Mul(), x, Literal.of(3, aval));
      Var z = b.emit(new Broadcast(Shape.of(2, n), List.of(1)), Literal.of(0.5, aval));
      Var r = b.emit(new Reshape(Shape.of(n, 1)), Literal.of(7, aval));
      Program p = b.build(List.of(x), List.of(y, z, r));
      List<Tensor> results = Evaluator.run(p, List.of(Tensor.fill(DType.F32, Shape.of(n), 2)));
      assertTrue(results.get(0).sameAs(Tensor.fill(DType.F32, Shape.of(n), 6)));
      assertTrue(results.get(1).sameAs(Tensor.fill(DType.F32, Shape.of(2, n), 0.5)));
      assertTrue(results.get(2).sameAs(Tensor.fill(DType.F32, Shape.of(n, 1), 7)));
    }
  }

  /// `y = -(-(…x)) + x`, and a value that nobody reads.
  private static Program chain(Aval aval, int length) {
    Var x = new Var(aval);
    Builder b = new Builder();
    Var y = x;
    for (int i = 0; i < length; i++) {
      b.emit(new Compare(Comparison.LT), y, x);
      y = b.emit(new Neg(), y);
    }
    return b.build(List.of(x), List.of(b.emit(new Add(), y, x)));
  }

  @Test
  void a_scope_holds_only_the_results_afterwards() {
    for (long n : new long[] {1, 100_000}) {
      Aval aval = Aval.of(DType.F64, n);
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = scope.zeros(aval.dtype(), aval.shape());
        long before = scope.liveBytes();
        Tensor y = Evaluator.run(chain(aval, 20), List.of(x), scope).getFirst();
        assertEquals(2 * before, scope.liveBytes());
        // x, one link, the next, and a comparison.
        assertTrue(scope.peakBytes() <= 4 * before, "peak " + scope.peakBytes());
        scope.release(y);
        assertEquals(before, scope.liveBytes());
      }
    }
  }

  @Test
  void large_results_outlive_their_run() {
    Aval aval = Aval.of(DType.F64, 100_000);
    Tensor x = Tensor.fill(DType.F64, aval.shape(), 1.5);
    Tensor y = Evaluator.run(chain(aval, 2), List.of(x)).getFirst();
    assertEquals(3.0, y.getDouble(99_999));
  }

  @Test
  void a_program_runs_from_many_threads() {
    Program p = chain(Aval.of(DType.I64, 10), 4);
    Tensor x = Tensor.of(new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 10);
    java.util.stream.IntStream.range(0, 500)
        .parallel()
        .forEach(_ ->
            assertLongs(
                Evaluator.run(p, List.of(x)).getFirst(), 0, 2, 4, 6, 8, 10, 12, 14, 16, 18));
  }
}
