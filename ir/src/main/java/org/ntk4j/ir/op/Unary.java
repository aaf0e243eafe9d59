package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[i] = fn(x[i])`. Constraints: C1 one operand; C2 a floating-point dtype (any numeric for `abs`).
public record Unary(UnaryFn fn) implements Elementwise {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }
}
