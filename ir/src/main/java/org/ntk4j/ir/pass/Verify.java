package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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
  /// Programs and equations found right: they cannot change.
  private final Set<Program> programs = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Set<Equation> equations = Collections.newSetFromMap(new IdentityHashMap<>());

  /// A verifier of the forms of one program: what it has found right it takes for right.
  Verify() {}

  /// Checks `p`.
  ///
  /// @param after the pass that made it, e.g. `dce`; opens the message
  /// @throws IllegalStateException naming the pass, the equation (counted from 0) and the fault
  public static void check(Program p, String after) {
    new Verify().next(p, after);
  }

  /// Checks `p`, which may share equations with programs checked before; see [#check].
  void next(Program p, String after) {
    program(p, () -> "bug: after " + after + ": ");
  }

  private void program(Program p, Supplier<String> where) {
    if (programs.contains(p)) {
      return;
    }
    Set<Var> bound = new HashSet<>();
    for (int i = 0; i < p.inputs().size(); i++) {
      if (!bound.add(p.inputs().get(i))) {
        throw new IllegalStateException(where.get() + "input " + i + " is an earlier input again");
      }
    }
    for (int i = 0; i < p.equations().size(); i++) {
      Equation e = p.equations().get(i);
      int number = i;
      equation(e, bound, () -> where.get() + "equation " + number + " (" + e.op().mnemonic() + ")");
    }
    for (int i = 0; i < p.outputs().size(); i++) {
      if (p.outputs().get(i) instanceof Var v && !bound.contains(v)) {
        throw new IllegalStateException(
            where.get() + "output " + i + " is the unbound variable " + v.aval());
      }
    }
    programs.add(p);
  }

  private void equation(Equation e, Set<Var> bound, Supplier<String> where) {
    for (Atom x : e.in()) {
      if (x instanceof Var v && !bound.contains(v)) {
        throw new IllegalStateException(where.get() + " uses unbound variable " + v.aval());
      }
    }
    if (!equations.contains(e)) {
      alone(e, where);
      equations.add(e);
    }
    for (Var y : e.out()) {
      if (!bound.add(y)) {
        throw new IllegalStateException(
            where.get() + " binds a variable " + y.aval() + " bound before");
      }
    }
  }

  /// What does not depend on the equations around `e`.
  private void alone(Equation e, Supplier<String> where) {
    List<Aval> actual = new ArrayList<>(e.out().size());
    e.out().forEach(y -> actual.add(y.aval()));
    List<Aval> expected = expected(e, where);
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          where.get() + " has results " + actual + ", its shape rule says " + expected);
    }
    if (e.op() instanceof HigherOrder op) {
      for (int k = 0; k < op.programs().size(); k++) {
        int number = k;
        program(op.programs().get(k), () -> where.get() + ", its program " + number + ": ");
      }
    }
  }

  private static List<Aval> expected(Equation e, Supplier<String> where) {
    try {
      return e.op().resultAvals(e.operandAvals());
    } catch (IrException broken) {
      throw new IllegalStateException(where.get() + " breaks " + broken.getMessage(), broken);
    }
  }
}
