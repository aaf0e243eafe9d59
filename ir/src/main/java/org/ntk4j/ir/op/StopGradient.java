package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// The identity with derivative 0.
///
/// Constraints: C1 one operand.
public record StopGradient() implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "stop_gradient";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    return List.of(check.only(1));
  }
}
