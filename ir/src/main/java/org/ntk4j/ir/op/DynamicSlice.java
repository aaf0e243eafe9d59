package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[i..] = x[start + i ..]` with operands `x` and the integer vector `start` `[rank]`, which is
/// clamped so that the slice fits.
///
/// Constraints: C1 two operands; C2 `sizes` has the rank of `x`; C3 `sizes` fit into `x`; C4
/// `start` is an integer vector with one element per axis.
public record DynamicSlice(Shape sizes) implements Multilinear {
  @Override
  public String mnemonic() {
    return "dynamic_slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval x = operands.get(0);
    check.block(2, 3, sizes, x.shape());
    check.startVector(4, operands.get(1), x.rank());
    return List.of(x.withShape(sizes));
  }
}
