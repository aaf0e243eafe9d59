package org.ntk4j.ir;

import java.util.List;
import org.ntk4j.ir.Atom.Var;

/// `out = op(in)`.
///
/// @param out a variable for each result of `op`
public record Equation(Primitive op, List<Atom> in, List<Var> out) {
  public Equation {
    in = List.copyOf(in);
    out = List.copyOf(out);
  }

  /// The result of an equation that has one.
  public Var result() {
    if (out.size() != 1) {
      throw new IllegalStateException("bug: " + op.mnemonic() + " has " + out.size() + " results");
    }
    return out.getFirst();
  }

  /// Avals of the operands.
  public List<Aval> operandAvals() {
    return in.stream().map(Atom::aval).toList();
  }
}
