package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;

/// Which equations and variables some outputs need.
final class Live {
  private Live() {}

  /// The equations of `all` that `outputs` need, in order.
  static List<Equation> equations(List<Equation> all, Collection<? extends Atom> outputs) {
    Set<Atom> used = new HashSet<>(outputs);
    List<Equation> kept = new ArrayList<>();
    for (Equation e : all.reversed()) {
      if (!Collections.disjoint(used, e.out())) {
        used.addAll(e.in());
        kept.add(e);
      }
    }
    return List.copyOf(kept.reversed());
  }

  /// The program of the equations of `all` that `outputs` need.
  static Program program(List<Var> inputs, List<Equation> all, List<? extends Atom> outputs) {
    return new Program(inputs, equations(all, outputs), List.copyOf(outputs));
  }

  /// Variables that `equations` and `outputs` use but neither `bound` nor `equations` define, in
  /// the order of first use.
  static List<Var> free(
      Collection<Var> bound, List<Equation> equations, List<? extends Atom> outputs) {
    Set<Var> defined = new HashSet<>(bound);
    Set<Var> free = new LinkedHashSet<>();
    for (Equation e : equations) {
      e.in().forEach(a -> note(a, defined, free));
      defined.addAll(e.out());
    }
    outputs.forEach(a -> note(a, defined, free));
    return List.copyOf(free);
  }

  private static void note(Atom a, Set<Var> defined, Set<Var> free) {
    if (a instanceof Var v && !defined.contains(v)) {
      free.add(v);
    }
  }

  /// For each input of `p`, whether an equation or an output uses it.
  static List<Boolean> usedInputs(Program p) {
    Set<Var> free = new HashSet<>(free(List.of(), p.equations(), p.outputs()));
    return p.inputs().stream().map(free::contains).toList();
  }
}
