package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `L` lower triangular with `L Lᵀ = A`, for `A` `[batch.., n, n]`; only the lower triangle of
/// `A` is read.
public record Cholesky() implements Nonlinear {
  @Override
  public String mnemonic() {
    return "cholesky";
  }
}
