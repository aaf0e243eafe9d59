package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[.., i_{axes[0]}, .., i_{axes[k]}, ..] = x[i_{axes[0]}, .., i_{axes[k]}]`: operand axis `k`
/// becomes result axis `axes[k]` (strictly increasing, equal size); the other result axes repeat.
public record Broadcast(Shape shape, List<Integer> axes) implements Multilinear {
  @Override
  public String mnemonic() {
    return "broadcast";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
