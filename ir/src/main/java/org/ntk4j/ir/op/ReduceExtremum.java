package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Largest or smallest element over `axes`, which disappear; tied elements share the derivative
/// evenly. NaN wins.
public record ReduceExtremum(Extremum kind, List<Integer> axes) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "reduce_" + kind.mnemonic();
  }
}
