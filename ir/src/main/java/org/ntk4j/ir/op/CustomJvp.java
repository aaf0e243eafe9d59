package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` with its own derivative: `jvp(x.., xDot..) = (y.., yDot..)`, linear in the tangents.
public record CustomJvp(Program body, Program jvp) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "custom_jvp";
  }
}
