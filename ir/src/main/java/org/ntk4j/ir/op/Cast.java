package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Conversion where source or target is not floating point: toward zero to integers, `x != 0` to
/// boolean.
public record Cast(DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "cast";
  }
}
