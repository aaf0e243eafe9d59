package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// A scalar function that is constant almost everywhere: sign, floor, ceil, round (half to even),
/// trunc.
///
/// Constraints: C1 one operand; C2 a floating-point dtype (any numeric for `sign`).
public record Step(StepFn fn) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    if (fn == StepFn.SIGN) {
      check.numeric(2, x);
    } else {
      check.floating(2, x);
    }
    return List.of(x);
  }
}
