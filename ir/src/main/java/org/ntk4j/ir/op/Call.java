package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// `body` applied to the operands.
public record Call(String name, Program body) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "call";
  }
}
