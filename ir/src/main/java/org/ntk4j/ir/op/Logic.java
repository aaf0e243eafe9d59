package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Boolean algebra elementwise, bitwise on integers.
public record Logic(LogicFn fn) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }
}
