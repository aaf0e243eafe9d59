package org.ntk4j.ir.op;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Pads `x` with the scalar second operand: `interior` between neighbours, `lo` before, `hi` after;
/// negative `lo`, `hi` cut.
///
/// Constraints: C1 two operands; C2 the second is a scalar of the dtype of `x`; C3 each list has
/// one entry per axis; C4 interior padding is at least 0; C5 no size of the result is negative.
public record Pad(List<Long> lo, List<Long> hi, List<Long> interior) implements Multilinear {
  public Pad {
    lo = List.copyOf(lo);
    hi = List.copyOf(hi);
    interior = List.copyOf(interior);
  }

  @Override
  public String mnemonic() {
    return "pad";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0, 1);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    check.count(1, 2);
    Aval x = operands.get(0);
    check.that(
        operands.get(1).equals(x.withShape(Shape.SCALAR)),
        2,
        "expects the padding value %s, got %s",
        x.withShape(Shape.SCALAR),
        operands.get(1));
    check.perAxis(3, "lo", lo, x.rank());
    check.perAxis(3, "hi", hi, x.rank());
    check.perAxis(3, "interior", interior, x.rank());
    List<Long> dims = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      check.that(interior.get(k) >= 0, 4, "interior padding of axis %d is %d", k, interior.get(k));
      long dim = lo.get(k) + hi.get(k) + x.dim(k) + Math.max(x.dim(k) - 1, 0) * interior.get(k);
      check.that(dim >= 0, 5, "axis %d of size %d is cut to size %d", k, x.dim(k), dim);
      dims.add(dim);
    }
    return List.of(x.withShape(Shape.of(dims)));
  }
}
