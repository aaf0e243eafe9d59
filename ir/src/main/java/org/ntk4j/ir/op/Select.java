package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `p ? x : y` elementwise; operands the boolean `p`, `x`, `y` of equal shape.
public record Select() implements Multilinear {
  @Override
  public String mnemonic() {
    return "select";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(1, 2);
  }
}
