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
    List<Var> out =
        op.resultAvals(in.stream().map(Atom::aval).toList()).stream().map(Var::new).toList();
    Equation e = new Equation(op, List.copyOf(in), out);
    equations.add(e);
    out.forEach(y -> definitions.put(y, e));
    return out;
  }

  /// Appends the equations of `p` with its inputs replaced by `arguments`; returns its outputs.
  public List<Atom> inline(Program p, List<? extends Atom> arguments) {
    Map<Var, Atom> renamed = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      renamed.put(p.inputs().get(i), arguments.get(i));
    }
    for (Equation e : p.equations()) {
      List<Var> out = emitAll(e.op(), e.in().stream().map(a -> rename(renamed, a)).toList());
      for (int i = 0; i < out.size(); i++) {
        renamed.put(e.out().get(i), out.get(i));
      }
    }
    return p.outputs().stream().map(a -> rename(renamed, a)).toList();
  }

  private static Atom rename(Map<Var, Atom> renamed, Atom a) {
    return a instanceof Var v ? renamed.getOrDefault(v, v) : a;
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
