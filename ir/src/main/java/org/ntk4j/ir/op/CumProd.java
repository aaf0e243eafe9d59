package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Running product along `axis`, inclusive.
public record CumProd(int axis, boolean reverse) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "cumprod";
  }
}
