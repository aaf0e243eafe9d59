package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Adjoint of [Gather]: operands `ids`, `u`; `y[b.., p.., j, r..] = Σ_{i: ids[b.., i..] = j} u[b..,
/// p.., i.., r..]`, where `j < size` is axis `axis` of the result. An id out of range is dropped.
///
/// Constraints: C1 two operands; C2 `ids` are integers, `u` is numeric; C3 `0 <= batch <= axis`,
/// `batch <= rank(ids)`, and `u` has at least the axes before `axis` and those of `ids` after
/// `batch`; C4 batch axes have equal sizes; C5 so do the axes of `ids` after `batch` and those of
/// `u` from `axis`; C6 `size` is at least 0.
public record ScatterAdd(int axis, int batch, long size) implements Multilinear {
  @Override
  public String mnemonic() {
    return "scatter_add";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval ids = operands.get(0);
    Aval u = operands.get(1);
    check.integer(2, ids);
    check.numeric(2, u);
    check.that(
        0 <= batch && batch <= Math.min(axis, ids.rank()),
        3,
        "batch %d is not within 0..%d",
        batch,
        Math.min(axis, ids.rank()));
    int end = axis + ids.rank() - batch;
    check.that(end <= u.rank(), 3, "u has rank %d, expects at least %d", u.rank(), end);
    check.leading(4, batch, ids, u);
    Shape indexed = ids.shape().subShape(batch, ids.rank());
    check.that(
        u.shape().subShape(axis, end).equals(indexed),
        5,
        "axes %d..%d of u have sizes %s, those of ids %s",
        axis,
        end - 1,
        u.shape().subShape(axis, end),
        indexed);
    check.that(size >= 0, 6, "size is %d", size);
    Shape result =
        u.shape()
            .subShape(0, axis)
            .concat(Shape.of(size))
            .concat(u.shape().subShape(end, u.rank()));
    return List.of(u.withShape(result));
  }
}
