package org.ntk4j.ir;

import java.util.List;
import org.ntk4j.ir.Atom.Var;

/// A pure function on tensors: inputs, equations in static single assignment form, outputs.
///
/// Two programs are equal if their text is: variables have no names of their own.
public record Program(List<Var> inputs, List<Equation> equations, List<Atom> outputs) {
  public Program {
    inputs = List.copyOf(inputs);
    equations = List.copyOf(equations);
    outputs = List.copyOf(outputs);
  }

  /// Avals of the inputs.
  public List<Aval> inputAvals() {
    return inputs.stream().map(Var::aval).toList();
  }

  /// Avals of the outputs.
  public List<Aval> outputAvals() {
    return outputs.stream().map(Atom::aval).toList();
  }
}
