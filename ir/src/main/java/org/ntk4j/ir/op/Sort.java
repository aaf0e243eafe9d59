package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sorts all operands (equal shapes) along `axis` by the first `keys` of them, lexicographically;
/// stable; NaN last. As many results as operands.
public record Sort(int axis, int keys, boolean descending) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "sort";
  }
}
