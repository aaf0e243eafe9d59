package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sums over `axes`, which disappear from the result.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 `axes` are axes of it, all distinct (kept in
/// increasing order).
public record ReduceSum(List<Integer> axes) implements Multilinear {
  public ReduceSum {
    axes = Check.sorted(axes);
  }

  @Override
  public String mnemonic() {
    return "reduce_sum";
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
    check.axes(3, "operand", axes, x.rank());
    return List.of(x.withShape(x.shape().removeAll(axes)));
  }
}
