package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// The operands one after the other along `axis`.
///
/// Constraints: C1 at least one operand; C2 `axis` is an axis of the first; C3 all have one dtype
/// and rank; C4 sizes of the other axes are equal.
public record Concatenate(int axis) implements Multilinear {
  @Override
  public String mnemonic() {
    return "concatenate";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.all(operands);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.that(!operands.isEmpty(), 1, "expects at least one operand, got none");
    Aval first = operands.getFirst();
    check.axis(2, axis, first.rank());
    long dim = 0;
    for (Aval x : operands) {
      check.that(
          x.dtype() == first.dtype() && x.rank() == first.rank(),
          3,
          "dtypes or ranks differ: %s and %s",
          first,
          x);
      check.that(
          x.shape().with(axis, first.dim(axis)).equals(first.shape()),
          4,
          "sizes of axes other than %d differ: %s and %s",
          axis,
          first,
          x);
      dim += x.dim(axis);
    }
    return List.of(first.withShape(first.shape().with(axis, dim)));
  }
}
