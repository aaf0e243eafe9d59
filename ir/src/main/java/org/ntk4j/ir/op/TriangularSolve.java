package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `X` with `op(A) X = B`, `A` `[batch.., n, n]` triangular, `B` `[batch.., n, m]`; `op`
/// transposes if `transpose`. Linear in `B`.
public record TriangularSolve(boolean lower, boolean transpose, boolean unitDiagonal) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "triangular_solve";
  }
}
