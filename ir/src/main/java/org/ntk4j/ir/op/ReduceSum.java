package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sums over `axes`, which disappear from the result.
public record ReduceSum(List<Integer> axes) implements Multilinear {
  @Override
  public String mnemonic() {
    return "reduce_sum";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
