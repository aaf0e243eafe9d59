package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Repeats `body` on the carry while `condition` holds. Operands and results: the carry.
public record While(Program condition, Program body) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "while";
  }
}
