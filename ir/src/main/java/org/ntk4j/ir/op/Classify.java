package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `is_finite`, `is_nan`, `is_inf`, elementwise, boolean.
public record Classify(FloatClass kind) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return kind.mnemonic();
  }
}
