package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Conversion where source or target is not floating point: toward zero to integers, `x != 0` to
/// boolean.
///
/// Constraints: C1 one operand; C2 its dtype and `to` are not both floating point.
public record Cast(DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "cast";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.that(!(x.isFloating() && to.isFloating()), 2, "%s to %s is a convert", x.dtype(), to);
    return List.of(x.withDType(to));
  }
}
