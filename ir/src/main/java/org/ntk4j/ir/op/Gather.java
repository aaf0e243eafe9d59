package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `y[b.., p.., i.., r..] = x[b.., p.., ids[b.., i..], r..]`: `batch` leading axes are shared by
/// `x` and the integer `ids`; `axis` (an axis of `x`, `>= batch`) is replaced by the remaining
/// axes of `ids`. An id out of range reads 0.
public record Gather(int axis, int batch) implements Multilinear {
  @Override
  public String mnemonic() {
    return "gather";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
