package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `z[b.., i.., j..] = Σ_k x[b.., i.., k..] y[b.., j.., k..]`: batch axes first, in the order of
/// `lhsBatch`, then the free axes of `x`, then those of `y`, in their own order.
public record Contract(List<Integer> lhsBatch, List<Integer> rhsBatch, List<Integer> lhsContract, List<Integer> rhsContract) implements Multilinear {
  @Override
  public String mnemonic() {
    return "contract";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.each(0, 1);
  }
}
