package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Reverses the order of elements along `axes`.
public record Reverse(List<Integer> axes) implements Multilinear {
  @Override
  public String mnemonic() {
    return "reverse";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
