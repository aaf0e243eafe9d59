package org.ntk4j.ir.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.pass.Dce;

/// Replaces calls by their bodies: when a program is run, derivatives are no matter any more.
final class Flatten {
  private final Builder b = new Builder();

  private Flatten() {}

  static Program of(Program p) {
    Flatten flatten = new Flatten();
    List<Atom> outputs = flatten.inline(p, List.copyOf(p.inputs()));
    return new Dce().apply(flatten.b.build(p.inputs(), outputs));
  }

  private List<Atom> inline(Program p, List<? extends Atom> arguments) {
    Map<Atom, Atom> renamed = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      renamed.put(p.inputs().get(i), arguments.get(i));
    }
    for (Equation e : p.equations()) {
      List<Atom> in = e.in().stream().map(a -> renamed.getOrDefault(a, a)).toList();
      List<Atom> out = emit(e.op(), in);
      for (int i = 0; i < out.size(); i++) {
        Var old = e.out().get(i);
        renamed.put(old, out.get(i));
      }
    }
    return p.outputs().stream().map(a -> renamed.getOrDefault(a, a)).toList();
  }

  private List<Atom> emit(Primitive op, List<Atom> in) {
    return switch (op) {
      case HigherOrder h -> called(h).map(body -> inline(body, in)).orElseGet(() -> keep(op, in));
      case Elementwise _, Multilinear _, PiecewiseConstant _, Nonlinear _ -> keep(op, in);
    };
  }

  private List<Atom> keep(Primitive op, List<Atom> in) {
    return List.copyOf(b.emitAll(op, in));
  }

  /// What runs in place of `op`, once.
  private static Optional<Program> called(HigherOrder op) {
    return switch (op) {
      case Call(_, var body) -> Optional.of(body);
      case Checkpoint(var body) -> Optional.of(body);
      case CustomJvp(var body, _) -> Optional.of(body);
      case CustomVjp(var body, _, _) -> Optional.of(body);
      case Cond _, While _, Scan _ -> Optional.empty();
    };
  }
}
