package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;

/// Dead code: drops equations whose results nothing uses, and inside nested programs the results,
/// operands and loop carries that nothing uses.
public record Dce() implements Pass {
  @Override
  public String name() {
    return "dce";
  }

  @Override
  public Program apply(Program p) {
    Set<Var> needed = new HashSet<>();
    need(p.outputs(), needed);
    List<Equation> kept = new ArrayList<>(p.equations().size());
    boolean changed = false;
    for (Equation e : p.equations().reversed()) {
      List<Boolean> used = e.out().stream().map(needed::contains).toList();
      if (!used.contains(true)) {
        changed = true;
        continue;
      }
      Equation pruned = Prune.equation(e, used, this::apply);
      changed |= pruned != e;
      kept.add(pruned);
      need(pruned.in(), needed);
    }
    return changed ? new Program(p.inputs(), kept.reversed(), p.outputs()) : p;
  }

  private static void need(List<Atom> atoms, Set<Var> needed) {
    for (Atom x : atoms) {
      if (x instanceof Var v) {
        needed.add(v);
      }
    }
  }
}
