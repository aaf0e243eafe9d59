package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// `is_finite`, `is_nan`, `is_inf`, elementwise, boolean.
///
/// Constraints: C1 one operand; C2 a floating-point dtype.
public record Classify(FloatClass kind) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return kind.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.floating(2, x);
    return List.of(x.withDType(DType.BOOL));
  }
}
