package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// `x < y` and so on, elementwise, boolean.
///
/// Constraints: C1 two operands of equal aval.
public record Compare(Comparison kind) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return kind.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval x = operands.get(0);
    check.that(x.equals(operands.get(1)), 1, "avals differ: %s and %s", x, operands.get(1));
    return List.of(x.withDType(DType.BOOL));
  }
}
