package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// The same elements in row-major order under another shape of equal size.
///
/// Constraints: C1 one operand; C2 of the size of `shape`.
public record Reshape(Shape shape) implements Multilinear {
  @Override
  public String mnemonic() {
    return "reshape";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.that(
        x.size() == shape.size(),
        2,
        "%s has %d elements, %s has %d",
        x.shape(),
        x.size(),
        shape,
        shape.size());
    return List.of(x.withShape(shape));
  }
}
