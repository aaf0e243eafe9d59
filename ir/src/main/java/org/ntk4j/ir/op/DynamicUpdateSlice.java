package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `x` with the block at the integer vector `start` `[rank]` (clamped so that it fits) replaced by
/// `u`; operands `x`, `u`, `start`.
///
/// Constraints: C1 three operands, `x` and `u` of one dtype; C2 and one rank; C3 `u` fits into `x`;
/// C4 `start` is an integer vector with one element per axis.
public record DynamicUpdateSlice() implements Multilinear {
  @Override
  public String mnemonic() {
    return "dynamic_update_slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0, 1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 3);
    Aval x = operands.get(0);
    Aval u = operands.get(1);
    check.that(x.dtype() == u.dtype(), 1, "dtypes differ: %s and %s", x.dtype(), u.dtype());
    check.block(2, 3, u.shape(), x.shape());
    check.startVector(4, operands.get(2), x.rank());
    return List.of(x);
  }
}
