package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` with its own derivative: `forward(x..) = (y.., residuals..)`, `backward(residuals..,
/// yBar..) = xBar..`, linear in the cotangents.
///
/// Constraints: C1 operands have the avals of the inputs of `body`; C2 `forward` has these inputs
/// and, first, the outputs of `body`; C3 `backward` takes the other outputs of `forward`, then
/// cotangents of the floating-point outputs of `body`; C4 and returns those of its floating-point
/// inputs.
public record CustomVjp(Program body, Program forward, Program backward) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "custom_vjp";
  }

  @Override
  public List<Program> programs() {
    return List.of(body, forward, backward);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    List<Aval> in = body.inputAvals();
    List<Aval> out = body.outputAvals();
    check.avals(1, "inputs of the body", in, operands);
    check.avals(2, "inputs of the body", in, forward.inputAvals());
    List<Aval> saved = forward.outputAvals();
    check.avals(
        2, "outputs of the body", out, saved.subList(0, Math.min(out.size(), saved.size())));
    List<Aval> residuals = saved.subList(out.size(), saved.size());
    check.avals(
        3,
        "residuals and cotangents",
        Check.concat(residuals, floating(out)),
        backward.inputAvals());
    check.avals(4, "cotangents of the inputs", floating(in), backward.outputAvals());
    return out;
  }

  private static List<Aval> floating(List<Aval> avals) {
    return avals.stream().filter(Aval::isFloating).toList();
  }
}
