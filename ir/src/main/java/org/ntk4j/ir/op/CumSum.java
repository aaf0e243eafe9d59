package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Running sum along `axis`, from the end if `reverse`; inclusive.
public record CumSum(int axis, boolean reverse) implements Multilinear {
  @Override
  public String mnemonic() {
    return "cumsum";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
