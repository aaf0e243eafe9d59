package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;

/// What becomes one step.
sealed interface Unit {
  /// What it defines.
  List<Var> defines();

  /// A loop nest that computes `roots`, pointwise values and reductions.
  record Nest(List<Var> roots) implements Unit {
    public Nest {
      roots = List.copyOf(roots);
    }

    @Override
    public List<Var> defines() {
      return roots;
    }
  }

  /// An equation by itself.
  record Single(Equation equation) implements Unit {
    @Override
    public List<Var> defines() {
      return equation.out();
    }
  }
}
