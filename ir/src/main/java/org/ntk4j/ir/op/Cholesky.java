package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// `L` lower triangular with `L Lᵀ = A`, for `A` `[batch.., n, n]`; only the lower triangle of `A`
/// is read.
///
/// Constraints: C1 one operand; C2 a floating-point dtype; C3 rank at least 2, the last two axes of
/// equal size.
public record Cholesky() implements Nonlinear {
  @Override
  public String mnemonic() {
    return "cholesky";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.floating(2, x);
    check.square(3, x);
    return List.of(x);
  }
}
