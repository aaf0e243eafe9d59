package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// `p ? x : y` elementwise; operands the boolean `p`, `x`, `y` of equal shape.
///
/// Constraints: C1 three operands; C2 `p` is boolean; C3 `x` and `y` have equal avals; C4 `p` has
/// their shape.
public record Select() implements Multilinear {
  @Override
  public String mnemonic() {
    return "select";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(1, 2);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 3);
    Aval p = operands.get(0);
    Aval x = operands.get(1);
    check.that(p.dtype() == DType.BOOL, 2, "expects a boolean first operand, got %s", p);
    check.that(x.equals(operands.get(2)), 3, "avals differ: %s and %s", x, operands.get(2));
    check.that(p.shape().equals(x.shape()), 4, "shapes differ: %s and %s", p.shape(), x.shape());
    return List.of(x);
  }
}
