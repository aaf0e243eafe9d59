package org.ntk4j.ir.pass;

import java.util.List;
import java.util.Map;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;

/// Replacement of variables.
final class Rename {
  private Rename() {}

  /// What `x` is now called.
  static Atom one(Atom x, Map<Var, Atom> renamed) {
    return x instanceof Var v ? renamed.getOrDefault(v, v) : x;
  }

  /// What `atoms` are now called; the list itself if nothing is renamed.
  static List<Atom> all(List<Atom> atoms, Map<Var, Atom> renamed) {
    for (Atom x : atoms) {
      if (x instanceof Var v && renamed.containsKey(v)) {
        return atoms.stream().map(a -> one(a, renamed)).toList();
      }
    }
    return atoms;
  }

  /// `e` with its operands renamed; `e` itself if none is.
  static Equation in(Equation e, Map<Var, Atom> renamed) {
    List<Atom> in = all(e.in(), renamed);
    return in == e.in() ? e : new Equation(e.op(), in, e.out());
  }
}
