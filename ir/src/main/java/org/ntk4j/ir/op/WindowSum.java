package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sums over sliding windows; positions outside the operand count as 0.
public record WindowSum(Window window) implements Multilinear {
  @Override
  public String mnemonic() {
    return "window_sum";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
