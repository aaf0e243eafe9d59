package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sorts all operands (equal shapes) along `axis` by the first `keys` of them, lexicographically;
/// stable; NaN last. As many results as operands.
///
/// Constraints: C1 at least one operand; C2 all of one shape; C3 `axis` is an axis of it; C4 `keys`
/// is at least 1 and at most the number of operands.
public record Sort(int axis, int keys, boolean descending) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "sort";
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.that(!operands.isEmpty(), 1, "expects at least one operand, got none");
    Aval first = operands.getFirst();
    for (Aval x : operands) {
      check.that(
          x.shape().equals(first.shape()), 2, "shapes differ: %s and %s", first.shape(), x.shape());
    }
    check.axis(3, axis, first.rank());
    check.that(
        1 <= keys && keys <= operands.size(), 4, "%d keys for %d operands", keys, operands.size());
    return List.copyOf(operands);
  }
}
