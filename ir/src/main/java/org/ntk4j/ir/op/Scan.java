package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `(carry, y_t) = body(consts, carry, x_t)` for `t` in `0..length-1` (downward if `reverse`).
/// Operands: consts, carry, the `x` stacked along axis 0; results: final carry, the `y` stacked
/// along axis 0.
public record Scan(Program body, int consts, int carries, long length, boolean reverse) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "scan";
  }
}
