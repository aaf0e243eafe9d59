package org.ntk4j.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

final class PrinterTest {
  @Test
  void one_equation_a_line_with_parameters_in_order() {
    Builder b = new Builder();
    Var x = new Var(Aval.of(DType.F64, 2, 3));
    Var w = new Var(Aval.of(DType.F64, 3, 4));
    Var y = b.contract(x, w, List.of(), List.of(), List.of(1), List.of(0));
    Var z = b.mul(b.tanh(y), b.like(2, y));
    Var top = b.topK(z, 1).getFirst();
    Var table = b.constant(Tensor.of(new long[] {1, -2}, 2));
    Program p = b.build(List.of(x, w), List.of(top, b.fill(1, Aval.of(DType.BOOL)), table));
    assertEquals(
        """
        program(a:f64[2,3], b:f64[3,4]) {
          c:f64[2,4] = contract[lhsBatch=[] rhsBatch=[] lhsContract=[1] rhsContract=[0]] a b
          d:f64[2,4] = tanh c
          e:f64[2,4] = mul d 2.0:f64[2,4]
          (f:f64[2,1], g:i32[2,1]) = top_k[k=1] e
          h:i64[2] = constant[value=i64[2]{1 -2}]
          return f, true:bool[], h
        }
        """,
        p.toString());
  }

  @Test
  void inner_programs_are_indented_and_have_names_of_their_own() {
    Builder inner = new Builder();
    Var x = new Var(Aval.of(DType.F32));
    Program square = inner.build(List.of(x), List.of(inner.mul(x, x)));
    Builder b = new Builder();
    Var y = new Var(Aval.of(DType.F32));
    Program p = b.build(List.of(y), List.of(b.emit(new Call("square", square), b.exp(y))));
    assertEquals(
        """
        program(a:f32[]) {
          b:f32[] = exp a
          c:f32[] = call[name="square" body=(a:f32[]) {
            b:f32[] = mul a a
            return b
          }] b
          return c
        }
        """,
        p.toString());
  }

  @Test
  void records_inside_parameters_are_in_parentheses() {
    Builder b = new Builder();
    Var x = new Var(Aval.of(DType.F64, 1, 5, 2));
    Var w = new Var(Aval.of(DType.F64, 3, 2, 4));
    Conv conv = Conv.of(ConvDims.channelsLast(1)).withPadding(List.of(1L), List.of(-1L));
    String line = b.build(List.of(x, w), List.of(b.conv(x, w, conv))).toString().split("\n")[1];
    assertEquals(
        "  c:f64[1,3,4] = conv[dims=(xBatch=0 xFeature=2 xSpatial=[1] wIn=1 wOut=2 wSpatial=[0]"
            + " yBatch=0 yFeature=2 ySpatial=[1]) strides=[1] padLo=[1] padHi=[-1] lhsDilation=[1]"
            + " rhsDilation=[1] featureGroups=1 batchGroups=1] a b",
        line);
  }

  @Test
  void names_go_on_after_z() {
    Builder b = new Builder();
    Var x = new Var(Aval.of(DType.F64));
    List<Atom> values = new ArrayList<>(List.of(x));
    for (int i = 1; i < 28; i++) {
      values.add(b.neg(values.getLast()));
    }
    String[] lines = b.build(List.of(x), values.subList(25, 28)).toString().split("\n");
    assertEquals("  v27:f64[] = neg v26", lines[27]);
    assertEquals("  return z, v26, v27", lines[28]);
  }

  @Test
  void unbound_variables_are_marked() {
    Program p = new Program(List.of(), List.of(), List.of(new Var(Aval.of(DType.I32, 2))));
    assertEquals("program() {\n  return ?:i32[2]\n}\n", p.toString());
  }

  @Test
  void programs_are_equal_exactly_if_their_texts_are() {
    List<Program> programs = List.of(sum(0, 1), sum(0, 1), sum(1, 0), sum(0, 0), difference());
    for (Program p : programs) {
      for (Program q : programs) {
        assertEquals(p.toString().equals(q.toString()), p.equals(q), p + " and " + q);
        if (p.equals(q)) {
          assertEquals(p.hashCode(), q.hashCode());
        }
      }
    }
    Var free = new Var(Aval.of(DType.F64));
    Program open = new Program(List.of(), List.of(), List.of(free));
    assertNotEquals(open, new Program(List.of(), List.of(), List.of(new Var(free.aval()))));
  }

  private static Program sum(int first, int second) {
    List<Var> x = List.of(new Var(Aval.of(DType.F64)), new Var(Aval.of(DType.F64)));
    Builder b = new Builder();
    return b.build(x, List.of(b.add(x.get(first), x.get(second))));
  }

  private static Program difference() {
    Var x = new Var(Aval.of(DType.F64));
    Builder b = new Builder();
    Var y = b.sub(x, x);
    return b.build(List.of(x), List.of(b.reshape(y, Shape.SCALAR)));
  }
}
