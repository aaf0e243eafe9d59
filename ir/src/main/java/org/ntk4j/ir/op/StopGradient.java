package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// The identity with derivative 0.
public record StopGradient() implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "stop_gradient";
  }
}
