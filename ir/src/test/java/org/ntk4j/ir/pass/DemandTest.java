package org.ntk4j.ir.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.text.Parser;
import org.ntk4j.ir.text.Printer;

class DemandTest {
  private static String ordered(String text) {
    return Printer.print(Demand.order(Parser.parse(text)));
  }

  private static String printed(String text) {
    return Printer.print(Parser.parse(text));
  }

  @Test
  void a_term_of_a_sum_is_finished_before_the_next_is_begun() {
    String mixed =
        """
        program(a:f64[3], b:f64[3]) {
          c:f64[3] = tanh a
          d:f64[3] = tanh b
          e:f64[3] = mul c c
          f:f64[3] = mul d d
          g:f64[3] = add e f
          return g
        }
        """;
    String apart =
        """
        program(a:f64[3], b:f64[3]) {
          c:f64[3] = tanh a
          e:f64[3] = mul c c
          d:f64[3] = tanh b
          f:f64[3] = mul d d
          g:f64[3] = add e f
          return g
        }
        """;
    assertEquals(printed(apart), ordered(mixed));
  }

  @Test
  void what_nothing_needs_is_left_out_and_outputs_come_in_their_order() {
    String text =
        """
        program(a:f64[3]) {
          b:f64[3] = tanh a
          c:f64[3] = neg a
          d:f64[3] = mul b b
          return c, d, c, a
        }
        """;
    String expected =
        """
        program(a:f64[3]) {
          c:f64[3] = neg a
          b:f64[3] = tanh a
          d:f64[3] = mul b b
          return c, d, c, a
        }
        """;
    assertEquals(printed(expected), ordered(text));
    assertEquals(
        printed("program(a:f64[3]) {\n  return a\n}\n"),
        ordered("program(a:f64[3]) {\n  b:f64[3] = tanh a\n  return a\n}\n"));
  }

  @Test
  void an_equation_with_several_results_comes_once() {
    String text =
        """
        program(a:f64[5]) {
          (b:f64[2], c:i32[2]) = top_k[k=2] a
          d:f64[2] = neg b
          return c, d, b
        }
        """;
    assertEquals(printed(text), ordered(text));
  }

  @Test
  void a_chain_may_be_long() {
    Builder b = new Builder();
    Atom.Var x = new Atom.Var(Aval.of(DType.F64));
    Atom y = x;
    for (int k = 0; k < 100_000; k++) {
      y = b.emit(new Neg(), y);
    }
    Program p = b.build(List.of(x), List.of(y));
    assertEquals(p.equations(), Demand.order(p).equations());
  }
}
