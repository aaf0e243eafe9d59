package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Uniform random bits of an integer dtype: element `i` is a hash of (key, i) and of nothing else.
/// Operand: the `i64[]` key.
///
/// Constraints: C1 one operand; C2 an `i64[]`; C3 `to` is an integer dtype.
public record RandomBits(Shape shape, DType to) implements PiecewiseConstant {
  @Override
  public String mnemonic() {
    return "random_bits";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval key = check.only(1);
    check.that(key.equals(Aval.of(DType.I64)), 2, "expects a key i64[], got %s", key);
    check.that(to.isInteger(), 3, "expects an integer result dtype, got %s", to);
    return List.of(new Aval(to, shape));
  }
}
