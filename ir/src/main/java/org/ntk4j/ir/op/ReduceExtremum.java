package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Largest or smallest element over `axes`, which disappear; tied elements share the derivative
/// evenly. NaN wins.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 `axes` are axes of it, all distinct (kept in
/// increasing order).
public record ReduceExtremum(Extremum kind, List<Integer> axes) implements Nonlinear {
  public ReduceExtremum {
    axes = Check.sorted(axes);
  }

  @Override
  public String mnemonic() {
    return "reduce_" + kind.mnemonic();
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    check.axes(3, "operand", axes, x.rank());
    return List.of(x.withShape(x.shape().removeAll(axes)));
  }
}
