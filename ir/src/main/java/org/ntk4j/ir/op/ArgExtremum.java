package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Index of the first largest or smallest element along `axis`, which disappears; NaN wins.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 `axis` is an axis of it; C4 of at least one
/// element; C5 `to` is an integer dtype.
public record ArgExtremum(Extremum kind, int axis, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "arg" + kind.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    check.axis(3, axis, x.rank());
    check.that(x.dim(axis) > 0, 4, "axis %d has no elements", axis);
    check.that(to.isInteger(), 5, "expects an integer result dtype, got %s", to);
    return List.of(new Aval(to, x.shape().remove(axis)));
  }
}
