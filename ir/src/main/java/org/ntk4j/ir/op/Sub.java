package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `z = x - y`.
///
/// Constraints: C1 two operands of equal aval; C2 a numeric dtype.
public record Sub() implements Multilinear {
  @Override
  public String mnemonic() {
    return "sub";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0, 1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    return check.equalNumericPair();
  }
}
