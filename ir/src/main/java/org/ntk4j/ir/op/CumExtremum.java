package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Running maximum or minimum along `axis`, inclusive; ties share evenly.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 `axis` is an axis of it.
public record CumExtremum(Extremum kind, int axis, boolean reverse) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "cum" + kind.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    check.axis(3, axis, x.rank());
    return List.of(x);
  }
}
