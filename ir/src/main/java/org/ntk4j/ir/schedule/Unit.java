package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.schedule.NestBuilder.Built;

/// What becomes one step.
sealed interface Unit {
  /// What it defines.
  List<Var> defines();

  /// A loop nest that computes `roots`, pointwise values and reductions.
  ///
  /// @param built the nest that stores all of them
  record Nest(List<Var> roots, Built built) implements Unit {
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
