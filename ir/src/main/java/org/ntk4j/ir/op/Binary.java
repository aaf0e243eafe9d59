package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `z[i] = fn(x[i], y[i])`.
///
/// Constraints: C1 two operands of equal aval; C2 a numeric dtype, floating point for `atan2`.
public record Binary(BinaryFn fn) implements Elementwise {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    List<Aval> result = check.equalNumericPair();
    if (fn == BinaryFn.ATAN2) {
      check.floating(2, operands.getFirst());
    }
    return result;
  }
}
