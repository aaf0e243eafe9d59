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

  /// `op(in)`, its results new variables.
  ///
  /// @throws IrException if the operands break a constraint of `op`
  public static Equation of(Primitive op, List<Atom> in) {
    List<Aval> avals = op.resultAvals(avals(in));
    Var[] out = new Var[avals.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = new Var(avals.get(i));
    }
    return new Equation(op, in, List.of(out));
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
    return avals(in);
  }

  private static List<Aval> avals(List<Atom> in) {
    Aval[] avals = new Aval[in.size()];
    for (int i = 0; i < avals.length; i++) {
      avals[i] = in.get(i).aval();
    }
    return List.of(avals);
  }
}
