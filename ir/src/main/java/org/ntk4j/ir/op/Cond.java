package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;

/// Branch `clamp(index)` applied to the rest of the operands; operands: `i32[]` index, then the
/// arguments. All branches have equal input and output avals.
public record Cond(List<Program> branches) implements HigherOrder {
  @Override
  public String mnemonic() {
    return "cond";
  }
}
