package org.ntk4j.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.ntk4j.autodiff.Nets.f64;
import static org.ntk4j.autodiff.Nets.program;

import java.util.Collections;
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
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.While;

class LinearizeTest {
  private static List<Primitive> ops(Program p) {
    return p.equations().stream().map(Equation::op).toList();
  }

  @Test
  void the_linear_half_holds_linear_equations_only() {
    for (Nets net : Nets.values()) {
      for (Primitive op : ops(Linearize.of(net.program()).linear())) {
        assertTrue(
            op instanceof Multilinear || op instanceof HigherOrder || op instanceof TriangularSolve,
            net + ": " + op.mnemonic());
      }
    }
  }

  @Test
  void a_dense_layer_leaves_its_operands_and_its_slope() {
    Program p =
        program((b, x) -> List.of(b.tanh(Nets.dense(b, x.get(0), x.get(1)))), f64(2, 3), f64(3, 4));
    Linearized l = Linearize.of(p);
    assertEquals(3, l.residuals());
    Contract product = new Contract(List.of(), List.of(), List.of(1), List.of(0));
    assertEquals(List.of(product, product, new Add(), new Mul()), ops(l.linear()));
    Linearized inWeights = Linearize.of(p, List.of(false, true));
    assertEquals(2, inWeights.residuals());
    assertEquals(List.of(product, new Mul()), ops(inWeights.linear()));
  }

  @Test
  void outputs_that_nothing_reaches_are_literal_zeros() {
    Program p =
        program(
            (b, x) ->
                List.of(
                    b.sin(x.get(0)), b.exp(x.get(1)), b.floor(x.get(0)), b.stopGradient(x.get(0))),
            f64(2),
            f64(2));
    Linearized l = Linearize.of(p, List.of(true, false));
    Literal zero = Literal.of(0, f64(2));
    assertEquals(List.of(zero, zero, zero), l.linear().outputs().subList(1, 4));
    assertEquals(1, l.linear().equations().size());
  }

  @Test
  void calls_are_inlined() {
    Program body = program((b, x) -> List.of(b.sin(x.get(0))), f64(2));
    Program p = program((b, x) -> List.of(b.emit(new Call("f", body), x.get(0))), f64(2));
    assertEquals(List.of(new Mul()), ops(Linearize.of(p).linear()));
  }

  @Test
  void a_checkpoint_saves_its_operands_and_nothing_else() {
    Program body =
        program((b, x) -> List.of(b.exp(b.sin(b.mul(x.get(0), x.get(1))))), f64(2), f64(2));
    Program p =
        program(
            (b, x) -> List.of(b.emit(new Checkpoint(body), x.get(0), x.get(1))), f64(2), f64(2));
    Linearized l = Linearize.of(p);
    assertEquals(l.primal().inputs(), l.primal().outputs().subList(1, 3));
    assertEquals(2, l.residuals());
    assertTrue(ops(l.linear()).getFirst() instanceof Checkpoint);
  }

  @Test
  void a_branch_saves_what_some_branch_needs() {
    Program sin = program((b, x) -> List.of(b.sin(x.get(0))), f64(2), f64(2));
    Program twice = program((b, x) -> List.of(b.scale(x.get(0), 2)), f64(2), f64(2));
    Program p =
        program(
            (b, x) -> List.copyOf(b.emitAll(new Cond(List.of(sin, twice)), x)),
            Aval.of(DType.I32),
            f64(2),
            f64(2));
    Linearized l = Linearize.of(p);
    assertEquals(
        List.of(Aval.of(DType.I32), f64(2)), l.linear().inputAvals().subList(0, l.residuals()));
  }

  @Test
  void a_scan_stacks_only_what_changes_from_step_to_step() {
    Program step =
        program(
            (b, x) -> {
              Atom h = b.mul(b.sin(x.get(0)), x.get(1));
              return List.of(b.tanh(b.add(h, x.get(2))));
            },
            f64(2),
            f64(2),
            f64(2));
    Program p =
        program(
            (b, x) -> List.copyOf(b.emitAll(new Scan(step, 1, 1, 5, false), x)),
            f64(2),
            f64(2),
            f64(5, 2));
    Linearized l = Linearize.of(p);
    // cos(w) and sin(w) once; the carry and the slope of tanh for every step.
    List<Aval> residuals = l.linear().inputAvals().subList(0, l.residuals());
    assertEquals(2, Collections.frequency(residuals, f64(2)));
    assertEquals(2, Collections.frequency(residuals, f64(5, 2)));
    Scan linear = (Scan) ops(l.linear()).getFirst();
    assertEquals(3, linear.consts());
    assertEquals(1, linear.carries());
  }

  @Test
  void a_scan_over_inactive_values_stays_out_of_the_linear_half() {
    Linearized l = Linearize.of(Nets.RECURRENT.program(), List.of(false, false, false));
    assertEquals(List.of(), ops(l.linear()));
    assertEquals(0, l.residuals());
  }

  @Test
  void while_runs_forward_only() {
    Aval count = Aval.of(DType.I32);
    Program condition =
        program((b, x) -> List.of(b.lt(x.get(0), Literal.of(3, count))), count, f64(2));
    Program body =
        program(
            (b, x) -> List.of(b.add(x.get(0), Literal.of(1, count)), b.sin(x.get(1))),
            count,
            f64(2));
    Program p =
        program(
            (b, x) ->
                List.of(
                    b.emitAll(new While(condition, body), List.of(Literal.of(0, count), x.get(0)))
                        .getLast()),
            f64(2));
    Program sines = program((b, x) -> List.of(b.sin(b.sin(b.sin(x.get(0))))), f64(2));
    List<Tensor> in = Differences.normal(List.of(f64(2), f64(2)), 4);
    Differences.assertClose(
        Evaluator.run(Derivatives.jvp(sines), in).getLast().toDoubles(),
        Evaluator.run(Derivatives.jvp(p), in).getLast().toDoubles(),
        1e-14);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Derivatives.vjp(p));
    assertTrue(e.getMessage().startsWith("while has no reverse mode"), e.getMessage());
  }

  @Test
  void activity_flags_are_one_for_each_input() {
    Program p = program((b, x) -> List.of(b.sin(x.get(0))), f64(2));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Linearize.of(p, List.of(true, false)));
    assertEquals("expected one activity flag for each of the 1 inputs, got 2", e.getMessage());
  }

  @Test
  void a_quotient_of_the_same_value_is_linear_in_both_places() {
    Program p =
        program((b, x) -> List.of(b.emit(new Binary(BinaryFn.DIV), x.get(0), x.get(0))), f64(3));
    Differences.check(p, Differences.normal(List.of(f64(3)), 2));
  }
}
