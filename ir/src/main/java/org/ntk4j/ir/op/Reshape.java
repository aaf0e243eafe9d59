package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// The same elements in row-major order under another shape of equal size.
public record Reshape(Shape shape) implements Multilinear {
  @Override
  public String mnemonic() {
    return "reshape";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
