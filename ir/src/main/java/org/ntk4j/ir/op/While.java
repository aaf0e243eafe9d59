package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Repeats `body` on the carry while `condition` holds. Operands and results: the carry.
///
/// Constraints: C1 `body` has the same inputs and outputs; C2 `condition` has the inputs of `body`
/// and one `bool[]` output; C3 operands have the avals of the inputs of `body`.
public record While(Program condition, Program body) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "while";
  }

  @Override
  public List<Program> programs() {
    return List.of(condition, body);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    List<Aval> carry = body.inputAvals();
    check.avals(1, "inputs of the body", carry, body.outputAvals());
    check.avals(2, "inputs of the body", carry, condition.inputAvals());
    check.avals(2, "output of a condition", List.of(Aval.of(DType.BOOL)), condition.outputAvals());
    check.avals(3, "inputs of the body", carry, operands);
    return carry;
  }
}
