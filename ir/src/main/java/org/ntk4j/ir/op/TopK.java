package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// The `k` largest elements along the last axis in descending order, and their `i32` indices;
/// stable. Two results.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 at least one axis; C4 `0 <= k <=` the size
/// of the last.
public record TopK(long k) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "top_k";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    check.that(x.rank() >= 1, 3, "expects at least one axis, got rank 0");
    int last = x.rank() - 1;
    check.that(0 <= k && k <= x.dim(last), 4, "k is %d, the last axis has size %d", k, x.dim(last));
    Shape shape = x.shape().with(last, k);
    return List.of(x.withShape(shape), new Aval(DType.I32, shape));
  }
}
