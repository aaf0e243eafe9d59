package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.f64;
import static org.ntk4j.ir.eval.Eval.i64;

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
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;

class ControlFlowTest {
  private static final Aval SCALAR = Aval.of(DType.I64);

  /// `(x) = (x, -x, 5, -x)`.
  private static Program awkward(Aval aval) {
    Var x = new Var(aval);
    Builder b = new Builder();
    Var y = b.emit(new Neg(), x);
    return b.build(List.of(x), List.of(x, y, Literal.of(5, aval), y));
  }

  @Test
  void call_and_checkpoint_run_their_body() {
    Program body = awkward(Aval.of(DType.F64, 2));
    for (List<Tensor> y :
        List.of(
            Eval.all(new Call("f", body), f64(1, 2)), Eval.all(new Checkpoint(body), f64(1, 2)))) {
      assertDoubles(y.get(0), 1, 2);
      assertDoubles(y.get(1), -1, -2);
      assertDoubles(y.get(2), 5, 5);
      assertDoubles(y.get(3), -1, -2);
    }
  }

  @Test
  void cond_clamps_its_index() {
    Var x = new Var(SCALAR);
    Program same = new Program(List.of(x), List.of(), List.of(x));
    Program zero = new Program(List.of(new Var(SCALAR)), List.of(), List.of(Literal.of(0, SCALAR)));
    Cond op = new Cond(List.of(same, zero));
    int[] index = {-7, 0, 1, 99};
    long[] expected = {3, 3, 0, 0};
    for (int i = 0; i < index.length; i++) {
      Tensor t = Tensor.of(new int[] {index[i]});
      assertLongs(Eval.one(op, t, Tensor.of(new long[] {3})), expected[i]);
    }
  }

  /// `while (n < limit) { n = n + 1; y = y · n }`
  private static While factorial() {
    Var n = new Var(SCALAR);
    Var limit = new Var(SCALAR);
    Var y = new Var(SCALAR);
    Builder c = new Builder();
    Program condition =
        c.build(List.of(n, limit, y), List.of(c.emit(new Compare(Comparison.LT), n, limit)));
    Builder b = new Builder();
    Var next = b.emit(new Add(), n, Literal.of(1, SCALAR));
    Var product = b.emit(new Mul(), y, next);
    return new While(condition, b.build(List.of(n, limit, y), List.of(next, limit, product)));
  }

  @Test
  void while_repeats_as_long_as_the_condition_holds() {
    Tensor zero = Tensor.of(new long[] {0});
    Tensor one = Tensor.of(new long[] {1});
    List<Tensor> y = Eval.all(factorial(), zero, Tensor.of(new long[] {20}), one);
    assertLongs(y.get(0), 20);
    assertLongs(y.get(2), 2432902008176640000L);
    assertLongs(Eval.all(factorial(), zero, zero, one).get(2), 1);
  }

  /// Body of a running sum with a factor: `(f, s, x) -> (s + f x, s)`.
  private static Scan runningSum(long length, boolean reverse) {
    Aval row = Aval.of(DType.F64, 2);
    Var f = new Var(row);
    Var s = new Var(row);
    Var x = new Var(row);
    Builder b = new Builder();
    Var next = b.emit(new Add(), s, b.emit(new Mul(), f, x));
    return new Scan(b.build(List.of(f, s, x), List.of(next, s)), 1, 1, length, reverse);
  }

  @Test
  void scan_threads_the_carry_and_stacks_the_rest() {
    Tensor xs = Eval.counting(3, 2);
    List<Tensor> y = Eval.all(runningSum(3, false), f64(1, 10), f64(100, 0), xs);
    assertDoubles(y.get(0), 106, 90);
    assertDoubles(y.get(1), 100, 0, 100, 10, 102, 40);
    List<Tensor> down = Eval.all(runningSum(3, true), f64(1, 10), f64(100, 0), xs);
    assertDoubles(down.get(0), 106, 90);
    assertDoubles(down.get(1), 106, 80, 104, 50, 100, 0);
  }

  @Test
  void scan_of_length_zero_returns_its_carry() {
    Tensor none = Tensor.zeros(DType.F64, Shape.of(0, 2));
    List<Tensor> y = Eval.all(runningSum(0, false), f64(1, 1), f64(7, 8), none);
    assertDoubles(y.get(0), 7, 8);
    assertEquals(0, y.get(1).size());
  }

  @Test
  void loops_release_what_an_iteration_leaves_behind() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = scope.copy(f64(1, 1));
      Tensor xs = scope.zeros(DType.F64, Shape.of(1000, 2));
      Program p = Eval.program(runningSum(1000, false), x, x, xs);
      long before = scope.liveBytes();
      List<Tensor> y = Evaluator.run(p, List.of(x, x, xs), scope);
      assertEquals(before + 64 + 16_000, scope.liveBytes());
      assertEquals(before + 64 + 16_000, scope.peakBytes(), 64 * 8);
      y.forEach(scope::release);
      assertEquals(before, scope.liveBytes());
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor n = scope.copy(i64(0)).reshape(Shape.SCALAR);
      Tensor limit = scope.copy(i64(500)).reshape(Shape.SCALAR);
      List<Tensor> x = List.of(n, limit, n);
      Program p = Eval.program(factorial(), n, limit, n);
      Evaluator.run(p, x, scope);
      assertEquals(5 * 64, scope.liveBytes());
    }
  }
}
