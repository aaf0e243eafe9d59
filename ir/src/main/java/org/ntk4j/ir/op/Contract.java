package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `z[b.., i.., j..] = Σ_k x[b.., i.., k..] y[b.., j.., k..]`: batch axes first, in the order of
/// `lhsBatch`, then the free axes of `x`, then those of `y`, in their own order.
///
/// Constraints: C1 two operands of one numeric dtype; C2 contracted axes have equal sizes; C3 batch
/// axes have equal sizes; C4 the axes named of each operand are axes of it, all distinct; C5 as
/// many of `rhs` as of `lhs`.
public record Contract(
    List<Integer> lhsBatch,
    List<Integer> rhsBatch,
    List<Integer> lhsContract,
    List<Integer> rhsContract)
    implements Multilinear {
  public Contract {
    lhsBatch = List.copyOf(lhsBatch);
    rhsBatch = List.copyOf(rhsBatch);
    lhsContract = List.copyOf(lhsContract);
    rhsContract = List.copyOf(rhsContract);
  }

  @Override
  public String mnemonic() {
    return "contract";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.each(0, 1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval x = operands.get(0);
    Aval y = operands.get(1);
    check.that(
        x.dtype() == y.dtype() && x.dtype().isNumeric(),
        1,
        "expects two operands of one numeric dtype, got %s and %s",
        x.dtype(),
        y.dtype());
    check.axes(4, "lhs", Check.concat(lhsBatch, lhsContract), x.rank());
    check.axes(4, "rhs", Check.concat(rhsBatch, rhsContract), y.rank());
    check.that(
        lhsContract.size() == rhsContract.size(),
        5,
        "lhs has %d contracted axes, rhs has %d",
        lhsContract.size(),
        rhsContract.size());
    check.that(
        lhsBatch.size() == rhsBatch.size(),
        5,
        "lhs has %d batch axes, rhs has %d",
        lhsBatch.size(),
        rhsBatch.size());
    check.sizes(2, "contracted", x, lhsContract, y, rhsContract);
    check.sizes(3, "batch", x, lhsBatch, y, rhsBatch);
    Shape batch = Shape.of(lhsBatch.stream().map(x::dim).toList());
    Shape freeX = x.shape().removeAll(Check.concat(lhsBatch, lhsContract));
    Shape freeY = y.shape().removeAll(Check.concat(rhsBatch, rhsContract));
    return List.of(x.withShape(batch.concat(freeX).concat(freeY)));
  }
}
