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
  ///
  /// @param defines what is stored: its results, or what they are reshaped and transposed to
  record Single(Equation equation, List<Var> defines) implements Unit {
    public Single {
      defines = List.copyOf(defines);
    }
  }
}
