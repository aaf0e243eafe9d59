package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Index of the first largest or smallest element along `axis`, which disappears; NaN wins.
public record ArgExtremum(Extremum kind, int axis, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "arg" + kind.mnemonic();
  }
}
