package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// The operands one after the other along `axis`.
public record Concatenate(int axis) implements Multilinear {
  @Override
  public String mnemonic() {
    return "concatenate";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.all(operands);
  }
}
