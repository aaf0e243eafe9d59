package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// A scalar function that is constant almost everywhere: sign, floor, ceil, round (half to even),
/// trunc.
public record Step(StepFn fn) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }
}
