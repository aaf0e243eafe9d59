package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[i] = fn(x[i])`.
///
/// Constraints: C1 one operand; C2 a floating-point dtype (any numeric for `abs`).
public record Unary(UnaryFn fn) implements Elementwise {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    if (fn == UnaryFn.ABS) {
      check.numeric(2, x);
    } else {
      check.floating(2, x);
    }
    return List.of(x);
  }
}
