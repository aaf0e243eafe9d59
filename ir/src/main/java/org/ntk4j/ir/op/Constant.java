package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;

/// A tensor given in full. No operands.
public record Constant(Tensor value) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "constant";
  }
}
