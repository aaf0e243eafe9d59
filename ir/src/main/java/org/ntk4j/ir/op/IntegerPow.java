package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[i] = x[i]^exponent`.
///
/// Constraints: C1 one operand; C2 a numeric dtype, floating point if the exponent is negative.
public record IntegerPow(int exponent) implements Elementwise {
  @Override
  public String mnemonic() {
    return "integer_pow";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    check.that(
        exponent >= 0 || x.isFloating(),
        2,
        "exponent %d needs a floating-point dtype, got %s",
        exponent,
        x.dtype());
    return List.of(x);
  }
}
