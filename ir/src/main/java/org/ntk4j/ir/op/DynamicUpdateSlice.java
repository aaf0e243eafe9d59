package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `x` with the block at the integer vector `start` `[rank]` (clamped so that it fits) replaced
/// by `u`; operands `x`, `u`, `start`.
public record DynamicUpdateSlice() implements Multilinear {
  @Override
  public String mnemonic() {
    return "dynamic_update_slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0, 1);
  }
}
