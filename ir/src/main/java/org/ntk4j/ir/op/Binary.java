package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `z[i] = fn(x[i], y[i])`. Constraints: C1 two operands of equal aval; C2 a numeric dtype.
public record Binary(BinaryFn fn) implements Elementwise {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }
}
