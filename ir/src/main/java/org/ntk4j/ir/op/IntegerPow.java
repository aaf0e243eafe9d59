package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[i] = x[i]^exponent`. Constraints: C1 one operand; C2 a numeric dtype, floating point if the exponent is negative.
public record IntegerPow(int exponent) implements Elementwise {
  @Override
  public String mnemonic() {
    return "integer_pow";
  }
}
