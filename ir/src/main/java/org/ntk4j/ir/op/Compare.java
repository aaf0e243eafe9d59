package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `x < y` and so on, elementwise, boolean.
///
/// Constraints: C1 two operands of equal aval.
public record Compare(Comparison kind) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return kind.mnemonic();
  }
}
