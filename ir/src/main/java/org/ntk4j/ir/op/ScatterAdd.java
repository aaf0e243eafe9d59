package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Adjoint of [Gather]: operands `ids`, `u`; `y[b.., p.., j, r..] = Σ_{i: ids[b.., i..] = j}
/// u[b.., p.., i.., r..]`, where `j < size` is axis `axis` of the result. An id out of range is
/// dropped.
public record ScatterAdd(int axis, int batch, long size) implements Multilinear {
  @Override
  public String mnemonic() {
    return "scatter_add";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(1);
  }
}
