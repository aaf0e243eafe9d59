package org.ntk4j.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.text.Printer;

/// A pure function on tensors: inputs, equations in static single assignment form, outputs.
///
/// Two programs are equal if their text is: variables have no names of their own.
public final class Program {
  private final List<Var> inputs;
  private final List<Equation> equations;
  private final List<Atom> outputs;

  /// Computed at the first call of [#hashCode]; 0 before. Races only compute it twice.
  private int hash;

  /// The program that computes `outputs` from `inputs` by `equations` in order.
  public Program(List<Var> inputs, List<Equation> equations, List<? extends Atom> outputs) {
    this.inputs = List.copyOf(inputs);
    this.equations = List.copyOf(equations);
    this.outputs = List.copyOf(outputs);
  }

  /// The variables bound by the caller.
  public List<Var> inputs() {
    return inputs;
  }

  /// What is computed, in order.
  public List<Equation> equations() {
    return equations;
  }

  /// The results.
  public List<Atom> outputs() {
    return outputs;
  }

  /// Avals of the inputs.
  public List<Aval> inputAvals() {
    return inputs.stream().map(Var::aval).toList();
  }

  /// Avals of the outputs.
  public List<Aval> outputAvals() {
    return outputs.stream().map(Atom::aval).toList();
  }

  /// Whether the texts are equal, found without printing: both programs are walked at once, and
  /// their variables paired in order of binding.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Program p
            && hashCode() == p.hashCode()
            && new Pairing().equal(this, p));
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Math.max(1, inputAvals().hashCode() + 31 * contentHash());
    }
    return hash;
  }

  private int contentHash() {
    Map<Var, Integer> number = new HashMap<>();
    inputs.forEach(v -> number.put(v, number.size()));
    int content = 1;
    for (Equation e : equations) {
      content = 31 * content + e.op().hashCode();
      for (Atom a : e.in()) {
        content = 31 * content + hashOf(number, a);
      }
      e.out().forEach(v -> number.put(v, number.size()));
    }
    for (Atom a : outputs) {
      content = 31 * content + hashOf(number, a);
    }
    return content;
  }

  private static int hashOf(Map<Var, Integer> number, Atom a) {
    return a instanceof Var v ? number.getOrDefault(v, -1) : a.hashCode();
  }

  /// The text, see [Printer].
  @Override
  public String toString() {
    return Printer.print(this);
  }

  /// Which variable of one program plays the part of a variable of another.
  private static final class Pairing {
    private final Map<Var, Var> partner = new HashMap<>();

    boolean equal(Program p, Program q) {
      if (!bind(p.inputs, q.inputs) || p.equations.size() != q.equations.size()) {
        return false;
      }
      for (int k = 0; k < p.equations.size(); k++) {
        Equation e = p.equations.get(k);
        Equation f = q.equations.get(k);
        if (!e.op().equals(f.op()) || !atoms(e.in(), f.in()) || !bind(e.out(), f.out())) {
          return false;
        }
      }
      return atoms(p.outputs, q.outputs);
    }

    private boolean bind(List<Var> vars, List<Var> others) {
      if (vars.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < vars.size(); i++) {
        if (!vars.get(i).aval().equals(others.get(i).aval())) {
          return false;
        }
        partner.put(vars.get(i), others.get(i));
      }
      return true;
    }

    private boolean atoms(List<Atom> atoms, List<Atom> others) {
      if (atoms.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < atoms.size(); i++) {
        Atom a = atoms.get(i);
        Atom mapped = a instanceof Var v ? partner.getOrDefault(v, v) : a;
        if (!mapped.equals(others.get(i))) {
          return false;
        }
      }
      return true;
    }
  }
}
