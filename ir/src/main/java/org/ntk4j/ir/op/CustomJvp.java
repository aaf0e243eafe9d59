package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` with its own derivative: `jvp(x.., xDot..) = (y.., yDot..)`, linear in the tangents.
///
/// Constraints: C1 operands have the avals of the inputs of `body`; C2 `jvp` has these inputs, then
/// those of them that are floating point; C3 `jvp` has the outputs of `body`, then those of them
/// that are floating point.
public record CustomJvp(Program body, Program jvp) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "custom_jvp";
  }

  @Override
  public List<Program> programs() {
    return List.of(body, jvp);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.avals(1, "inputs of the body", body.inputAvals(), operands);
    check.avals(2, "inputs with tangents", withTangents(body.inputAvals()), jvp.inputAvals());
    check.avals(3, "outputs with tangents", withTangents(body.outputAvals()), jvp.outputAvals());
    return body.outputAvals();
  }

  private static List<Aval> withTangents(List<Aval> primals) {
    return Check.concat(primals, primals.stream().filter(Aval::isFloating).toList());
  }
}
