package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;

class VerifyTest {
  private static final Aval ROW = Aval.of(DType.F64, 3);
  private final Var x = new Var(ROW);
  private final Var y = new Var(ROW);
  private final Var z = new Var(ROW);

  private static void assertFault(String message, Program p) {
    IllegalStateException fault =
        assertThrows(IllegalStateException.class, () -> Verify.check(p, "dce"));
    assertEquals("bug: after dce: " + message, fault.getMessage());
  }

  @Test
  void an_unbound_operand_is_found() {
    Equation neg = new Equation(new Neg(), List.of(x), List.of(y));
    Equation mul = new Equation(new Mul(), List.of(y, z), List.of(new Var(ROW)));
    assertFault(
        "equation 1 (mul) uses unbound variable f64[3]",
        new Program(List.of(x), List.of(neg, mul), List.of(y)));
  }

  @Test
  void a_use_before_the_binding_is_found() {
    Equation mul = new Equation(new Mul(), List.of(x, y), List.of(z));
    Equation neg = new Equation(new Neg(), List.of(x), List.of(y));
    assertFault(
        "equation 0 (mul) uses unbound variable f64[3]",
        new Program(List.of(x), List.of(mul, neg), List.of(z)));
  }

  @Test
  void an_unbound_output_is_found() {
    assertFault(
        "output 0 is the unbound variable f64[3]", new Program(List.of(x), List.of(), List.of(y)));
  }

  @Test
  void a_second_binding_is_found() {
    Equation neg = new Equation(new Neg(), List.of(x), List.of(y));
    assertFault(
        "equation 1 (neg) binds a variable f64[3] bound before",
        new Program(List.of(x), List.of(neg, neg), List.of(y)));
  }

  @Test
  void an_input_twice_is_found() {
    assertFault(
        "input 1 is an earlier input again", new Program(List.of(x, x), List.of(), List.of(x)));
  }

  @Test
  void a_wrong_result_aval_is_found() {
    Equation neg = new Equation(new Neg(), List.of(x), List.of(new Var(Aval.of(DType.F64, 4))));
    assertFault(
        "equation 0 (neg) has results [f64[4]], its shape rule says [f64[3]]",
        new Program(List.of(x), List.of(neg), List.of(x)));
  }

  @Test
  void a_broken_constraint_is_found() {
    Var other = new Var(Aval.of(DType.F64, 4));
    Equation add = new Equation(new Add(), List.of(x, other), List.of(y));
    IllegalStateException fault =
        assertThrows(
            IllegalStateException.class,
            () -> Verify.check(new Program(List.of(x, other), List.of(add), List.of(y)), "cse"));
    String expected = "bug: after cse: equation 0 (add) breaks add.C1";
    assertEquals(expected, fault.getMessage().substring(0, expected.length()));
  }

  @Test
  void a_nested_program_sees_no_outer_variable() {
    Var inner = new Var(ROW);
    Equation add = new Equation(new Add(), List.of(inner, x), List.of(z));
    Program body = new Program(List.of(inner), List.of(add), List.of(z));
    Equation call = new Equation(new Call("f", body), List.of(x), List.of(y));
    assertFault(
        "equation 0 (call), its program 0: equation 0 (add) uses unbound variable f64[3]",
        new Program(List.of(x), List.of(call), List.of(y)));
  }
}
