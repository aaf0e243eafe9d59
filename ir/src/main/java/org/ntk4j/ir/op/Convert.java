package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Conversion between floating-point dtypes.
///
/// Constraints: C1 one operand; C2 its dtype and `to` are floating point.
public record Convert(DType to) implements Multilinear {
  @Override
  public String mnemonic() {
    return "convert";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.that(
        x.isFloating() && to.isFloating(),
        2,
        "expects floating-point dtypes, got %s to %s",
        x.dtype(),
        to);
    return List.of(x.withDType(to));
  }
}
