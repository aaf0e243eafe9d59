package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `X` with `op(A) X = B`, `A` `[batch.., n, n]` triangular, `B` `[batch.., n, m]`; `op` transposes
/// if `transpose`. Linear in `B`.
///
/// Constraints: C1 two operands of one floating-point dtype; C2 `A` has rank at least 2, its last
/// two axes equal sizes; C3 `B` has the rank of `A`, and its batch and row sizes.
public record TriangularSolve(boolean lower, boolean transpose, boolean unitDiagonal)
    implements Nonlinear {
  @Override
  public String mnemonic() {
    return "triangular_solve";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval a = operands.get(0);
    Aval b = operands.get(1);
    check.that(
        a.dtype() == b.dtype() && a.isFloating(),
        1,
        "expects two operands of one floating-point dtype, got %s and %s",
        a.dtype(),
        b.dtype());
    check.square(2, a);
    check.that(a.rank() == b.rank(), 3, "ranks differ: %d and %d", a.rank(), b.rank());
    check.leading(3, a.rank() - 1, a, b);
    return List.of(b);
  }
}
