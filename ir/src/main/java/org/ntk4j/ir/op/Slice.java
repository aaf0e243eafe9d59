package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[i..] = x[start + stride * i ..]` for `start + stride * i < limit`; strides are positive.
public record Slice(List<Long> start, List<Long> limit, List<Long> stride) implements Multilinear {
  @Override
  public String mnemonic() {
    return "slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
