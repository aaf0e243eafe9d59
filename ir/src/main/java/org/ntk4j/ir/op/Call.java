package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` applied to the operands.
///
/// Constraints: C1 operands have the avals of the inputs of `body`.
public record Call(String name, Program body) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "call";
  }

  @Override
  public List<Program> programs() {
    return List.of(body);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.avals(1, "inputs of the body", body.inputAvals(), operands);
    return body.outputAvals();
  }
}
