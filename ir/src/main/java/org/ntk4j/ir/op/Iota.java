package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[i..] = i_axis`. No operands.
///
/// Constraints: C1 no operands; C2 `axis` is an axis of `shape`; C3 `to` is numeric.
public record Iota(Shape shape, int axis, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "iota";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 0);
    check.axis(2, axis, shape.rank());
    check.that(to.isNumeric(), 3, "expects a numeric result dtype, got %s", to);
    return List.of(new Aval(to, shape));
  }
}
