package org.ntk4j.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ntk4j.ir.Atom.Var;

/// Appends equations in order; checks every equation as it is appended.
///
/// The methods named after primitives are inherited from [Ops].
public final class Builder implements Ops {
  private final List<Equation> equations = new ArrayList<>();
  private final Map<Var, Equation> definitions = new HashMap<>();

  /// Creates an empty builder.
  public Builder() {}

  @Override
  public List<Var> emitAll(Primitive op, List<? extends Atom> in) {
    Equation e = Equation.of(op, List.copyOf(in));
    equations.add(e);
    for (Var y : e.out()) {
      definitions.put(y, e);
    }
    return e.out();
  }

  /// Appends the equations of `p` with its inputs replaced by `arguments`; returns its outputs.
  public List<Atom> inline(Program p, List<? extends Atom> arguments) {
    Map<Var, Atom> renamed = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      renamed.put(p.inputs().get(i), arguments.get(i));
    }
    for (Equation e : p.equations()) {
      List<Var> out = emitAll(e.op(), renamed(renamed, e.in()));
      for (int i = 0; i < out.size(); i++) {
        renamed.put(e.out().get(i), out.get(i));
      }
    }
    return renamed(renamed, p.outputs());
  }

  private static List<Atom> renamed(Map<Var, Atom> renamed, List<Atom> atoms) {
    Atom[] all = new Atom[atoms.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = atoms.get(i) instanceof Var v ? renamed.getOrDefault(v, v) : atoms.get(i);
    }
    return List.of(all);
  }

  /// The equation that defines `x`, if this builder appended it.
  public Optional<Equation> definition(Var x) {
    return Optional.ofNullable(definitions.get(x));
  }

  /// The equations so far.
  public List<Equation> equations() {
    return List.copyOf(equations);
  }

  /// The program of the equations so far.
  public Program build(List<Var> inputs, List<? extends Atom> outputs) {
    return new Program(inputs, equations, List.copyOf(outputs));
  }
}
