package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[i..] = i_axis`. No operands.
public record Iota(Shape shape, int axis, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "iota";
  }
}
