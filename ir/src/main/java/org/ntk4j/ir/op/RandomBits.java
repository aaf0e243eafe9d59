package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Uniform random bits of an integer dtype: element `i` is a hash of (key, i) and of nothing
/// else. Operand: the `i64[]` key.
public record RandomBits(Shape shape, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "random_bits";
  }
}
