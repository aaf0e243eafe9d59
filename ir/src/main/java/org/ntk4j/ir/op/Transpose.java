package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Result axis `k` is operand axis `permutation[k]`.
public record Transpose(List<Integer> permutation) implements Multilinear {
  @Override
  public String mnemonic() {
    return "transpose";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
