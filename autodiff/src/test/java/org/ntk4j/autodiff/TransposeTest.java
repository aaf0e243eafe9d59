package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ntk4j.autodiff.Nets.f64;
import static org.ntk4j.autodiff.Nets.program;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Sub;

class TransposeTest {
  private static List<Primitive> ops(Program p) {
    return p.equations().stream().map(Equation::op).toList();
  }

  private static void isAdjoint(Program linear, int residuals) {
    List<Tensor> in = Differences.normal(linear.inputAvals(), 3);
    List<Tensor> fixed = in.subList(0, residuals);
    List<Tensor> xDot = in.subList(residuals, in.size());
    List<Tensor> yBar = Differences.normal(linear.outputAvals(), 4);
    List<Tensor> yDot = Evaluator.run(linear, in);
    List<Tensor> xBar =
        Evaluator.run(Transpose.of(linear, residuals), Differences.concat(fixed, yBar));
    assertEquals(Differences.dot(yBar, yDot), Differences.dot(xBar, xDot), 1e-12);
  }

  @Test
  void uses_at_several_places_add_up() {
    Program p = program((b, x) -> List.of(b.sub(x.get(0), x.get(1)), x.get(0)), f64(2), f64(2));
    isAdjoint(p, 0);
  }

  @Test
  void an_input_that_reaches_nothing_has_a_literal_zero() {
    Program p = program((b, x) -> List.of(b.neg(x.get(0))), f64(2), f64(3));
    assertEquals(Literal.of(0, f64(3)), Transpose.of(p, 0).outputs().get(1));
  }

  @Test
  void a_zero_output_costs_nothing() {
    Program p = program((b, x) -> List.of(Literal.of(0, f64(2)), x.get(0)), f64(2));
    assertEquals(List.of(), ops(Transpose.of(p, 0)));
  }

  @Test
  void what_residuals_alone_determine_is_computed_first() {
    Program p = program((b, x) -> List.of(b.mul(x.get(1), b.sin(x.get(0)))), f64(2), f64(2));
    isAdjoint(p, 1);
    assertEquals("sin", ops(Transpose.of(p, 1)).getFirst().mnemonic());
  }

  @Test
  void a_call_stays_a_call() {
    Program body = program((b, x) -> List.of(b.mul(x.get(0), x.get(1)), x.get(0)), f64(2), f64(2));
    Program p =
        program(
            (b, x) -> {
              List<? extends Atom> y = b.emitAll(new Call("scale", body), x);
              return List.of(b.mul(y.get(0), y.get(1)));
            },
            f64(2),
            f64(2));
    isAdjoint(p, 1);
    assertEquals("scale_transpose", ((Call) ops(Transpose.of(p, 1)).getLast()).name());
  }

  @Test
  void a_scan_with_a_carry_of_residuals_has_an_adjoint() {
    Program step =
        program(
            (b, x) -> {
              Atom wave = b.sin(x.get(0));
              return List.of(wave, b.add(b.mul(x.get(1), wave), x.get(2)), x.get(1));
            },
            f64(2),
            f64(2),
            f64(2));
    Program p =
        program(
            (b, x) -> {
              List<? extends Atom> y = b.emitAll(new Scan(step, 0, 2, 4, false), x);
              return List.of(b.mul(y.get(1), y.get(0)), y.get(2));
            },
            f64(2),
            f64(2),
            f64(4, 2));
    isAdjoint(p, 1);
  }

  @Test
  void a_product_of_tangents_is_refused() {
    Program p = program((b, x) -> List.of(b.mul(x.get(0), x.get(0))), f64(2));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Transpose.of(p, 0));
    assertEquals(
        "cannot transpose: mul of [f64[2], f64[2]] is not linear in its operands that depend on"
            + " tangents",
        e.getMessage());
  }

  @Test
  void a_nonlinear_function_of_a_tangent_is_refused() {
    Program sin = program((b, x) -> List.of(b.sin(x.get(0))), f64(2));
    assertThrows(IllegalArgumentException.class, () -> Transpose.of(sin, 0));
    Program max = program((b, x) -> List.of(b.reduceMax(x.get(0), List.of(0))), f64(2));
    assertThrows(IllegalArgumentException.class, () -> Transpose.of(max, 0));
    Program compared =
        program((b, x) -> List.of(b.convert(b.lt(x.get(0), x.get(0)), DType.F64)), f64(2));
    assertThrows(IllegalArgumentException.class, () -> Transpose.of(compared, 0));
  }

  @Test
  void a_cotangent_of_an_integer_residual_does_not_exist() {
    Program p =
        program(
            (b, x) -> List.of(b.gather(x.get(1), x.get(0), 0, 0)), Aval.of(DType.I64, 2), f64(4));
    Program t = Transpose.of(p, 1);
    assertEquals(List.of(Aval.of(DType.I64, 2), f64(2)), t.inputAvals());
    assertEquals(List.of(f64(4)), t.outputAvals());
    assertEquals(List.of("scatter_add"), ops(t).stream().map(Primitive::mnemonic).toList());
  }

  @Test
  void sums_and_differences_cost_no_more_than_signs() {
    Program p = program((b, x) -> List.of(b.emit(new Sub(), x.get(0), x.get(1))), f64(2), f64(2));
    assertEquals(
        List.of("neg"), ops(Transpose.of(p, 0)).stream().map(Primitive::mnemonic).toList());
    Program q = program((b, x) -> List.of(b.emit(new Add(), x.get(0), x.get(0))), f64(2));
    assertEquals(List.of(new Add()), ops(Transpose.of(q, 0)));
    Program scaled = program((b, x) -> List.of(b.mul(x.get(1), x.get(0))), f64(2), f64(2));
    assertEquals(List.of(new Mul()), ops(Transpose.of(scaled, 1)));
  }
}
