package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[b.., p.., i.., r..] = x[b.., p.., ids[b.., i..], r..]`: `batch` leading axes are shared by
/// `x` and the integer `ids`; `axis` (an axis of `x`, `>= batch`) is replaced by the remaining axes
/// of `ids`. An id out of range reads 0.
///
/// Constraints: C1 two operands; C2 `ids` are integers; C3 `axis` is an axis of `x`, and `0 <=
/// batch <= axis`, `batch <= rank(ids)`; C4 batch axes have equal sizes.
public record Gather(int axis, int batch) implements Multilinear {
  @Override
  public String mnemonic() {
    return "gather";
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
    Aval ids = operands.get(1);
    check.integer(2, ids);
    check.axis(3, axis, x.rank());
    check.that(
        0 <= batch && batch <= Math.min(axis, ids.rank()),
        3,
        "batch %d is not within 0..%d",
        batch,
        Math.min(axis, ids.rank()));
    check.leading(4, batch, x, ids);
    Shape before = x.shape().subShape(0, axis);
    Shape after = x.shape().subShape(axis + 1, x.rank());
    return List.of(
        x.withShape(before.concat(ids.shape().subShape(batch, ids.rank())).concat(after)));
  }
}
