package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` with its own derivative: `forward(x..) = (y.., residuals..)`, `backward(residuals..,
/// yBar..) = xBar..`, linear in the cotangents.
public record CustomVjp(Program body, Program forward, Program backward) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "custom_vjp";
  }
}
