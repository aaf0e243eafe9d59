package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Product over `axes`, which disappear.
public record ReduceProd(List<Integer> axes) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "reduce_prod";
  }
}
