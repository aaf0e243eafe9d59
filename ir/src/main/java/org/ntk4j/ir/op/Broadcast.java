package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[.., i_{axes[0]}, .., i_{axes[k]}, ..] = x[i_{axes[0]}, .., i_{axes[k]}]`: operand axis `k`
/// becomes result axis `axes[k]` (strictly increasing, equal size); the other result axes repeat.
///
/// Constraints: C1 one operand; C2 an entry of `axes` for each of its axes; C3 `axes` increase
/// strictly within the result; C4 sizes are equal (a size of 1 is not stretched).
public record Broadcast(Shape shape, List<Integer> axes) implements Multilinear {
  public Broadcast {
    axes = List.copyOf(axes);
  }

  @Override
  public String mnemonic() {
    return "broadcast";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.that(axes.size() == x.rank(), 2, "%d axes given for rank %d", axes.size(), x.rank());
    check.axes(3, "result", axes, shape.rank());
    check.that(axes.equals(Check.sorted(axes)), 3, "axes %s do not increase", axes);
    for (int k = 0; k < axes.size(); k++) {
      check.that(
          x.dim(k) == shape.dim(axes.get(k)),
          4,
          "sizes differ: operand axis %d has size %d, result axis %d has size %d",
          k,
          x.dim(k),
          axes.get(k),
          shape.dim(axes.get(k)));
    }
    return List.of(x.withShape(shape));
  }
}
