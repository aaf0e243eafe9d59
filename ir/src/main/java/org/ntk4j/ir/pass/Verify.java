package org.ntk4j.ir.pass;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.HigherOrder;

/// Static single assignment, checked: every variable is bound once, before its uses, with the aval
/// that the shape rule of its equation gives. Nested programs too; they see no outer variable.
public final class Verify {
  private final Set<Program> checked = Collections.newSetFromMap(new IdentityHashMap<>());

  private Verify() {}

  /// Checks `p`.
  ///
  /// @param after the pass that made it, e.g. `dce`; opens the message
  /// @throws IllegalStateException naming the pass, the equation (counted from 0) and the fault
  public static void check(Program p, String after) {
    new Verify().program(p, "bug: after " + after + ": ");
  }

  private void program(Program p, String where) {
    if (!checked.add(p)) {
      return;
    }
    Set<Var> bound = new HashSet<>();
    for (int i = 0; i < p.inputs().size(); i++) {
      if (!bound.add(p.inputs().get(i))) {
        throw new IllegalStateException(where + "input " + i + " is an earlier input again");
      }
    }
    for (int i = 0; i < p.equations().size(); i++) {
      Equation e = p.equations().get(i);
      equation(e, bound, where + "equation " + i + " (" + e.op().mnemonic() + ")");
    }
    for (int i = 0; i < p.outputs().size(); i++) {
      if (p.outputs().get(i) instanceof Var v && !bound.contains(v)) {
        throw new IllegalStateException(
            where + "output " + i + " is the unbound variable " + v.aval());
      }
    }
  }

  private void equation(Equation e, Set<Var> bound, String where) {
    for (Atom x : e.in()) {
      if (x instanceof Var v && !bound.contains(v)) {
        throw new IllegalStateException(where + " uses unbound variable " + v.aval());
      }
    }
    List<Aval> actual = e.out().stream().map(Var::aval).toList();
    List<Aval> expected = expected(e, where);
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          where + " has results " + actual + ", its shape rule says " + expected);
    }
    for (Var y : e.out()) {
      if (!bound.add(y)) {
        throw new IllegalStateException(where + " binds a variable " + y.aval() + " bound before");
      }
    }
    if (e.op() instanceof HigherOrder op) {
      for (int k = 0; k < op.programs().size(); k++) {
        program(op.programs().get(k), where + ", its program " + k + ": ");
      }
    }
  }

  private static List<Aval> expected(Equation e, String where) {
    try {
      return e.op().resultAvals(e.operandAvals());
    } catch (IrException broken) {
      throw new IllegalStateException(where + " breaks " + broken.getMessage(), broken);
    }
  }
}
