package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Boolean algebra elementwise, bitwise on integers.
///
/// Constraints: C1 two operands (one for `not`); C2 of equal aval; C3 boolean or of an integer
/// dtype.
public record Logic(LogicFn fn) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return fn.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, fn == LogicFn.NOT ? 1 : 2);
    Aval x = operands.getFirst();
    check.that(x.equals(operands.getLast()), 2, "avals differ: %s and %s", x, operands.getLast());
    check.that(!x.isFloating(), 3, "expects a boolean or integer dtype, got %s", x.dtype());
    return List.of(x);
  }
}
