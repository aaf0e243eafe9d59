package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y = -x`.
///
/// Constraints: C1 one operand; C2 a numeric dtype.
public record Neg() implements Multilinear {
  @Override
  public String mnemonic() {
    return "neg";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    return List.of(x);
  }
}
