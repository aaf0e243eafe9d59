package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Reverses the order of elements along `axes`.
///
/// Constraints: C1 one operand; C2 `axes` are axes of it, all distinct (kept in increasing order).
public record Reverse(List<Integer> axes) implements Multilinear {
  public Reverse {
    axes = Check.sorted(axes);
  }

  @Override
  public String mnemonic() {
    return "reverse";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.axes(2, "operand", axes, x.rank());
    return List.of(x);
  }
}
