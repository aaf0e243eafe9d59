package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[i..] = x[start + i ..]` with operands `x` and the integer vector `start` `[rank]`, which is
/// clamped so that the slice fits.
public record DynamicSlice(Shape sizes) implements Multilinear {
  @Override
  public String mnemonic() {
    return "dynamic_slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
