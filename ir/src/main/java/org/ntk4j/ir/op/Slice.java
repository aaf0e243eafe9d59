package org.ntk4j.ir.op;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// `y[i..] = x[start + stride * i ..]` for `start + stride * i < limit`; strides are positive.
///
/// Constraints: C1 one operand; C2 each list has one entry per axis; C3 `0 <= start <= limit <=
/// size`; C4 strides are at least 1.
public record Slice(List<Long> start, List<Long> limit, List<Long> stride) implements Multilinear {
  public Slice {
    start = List.copyOf(start);
    limit = List.copyOf(limit);
    stride = List.copyOf(stride);
  }

  @Override
  public String mnemonic() {
    return "slice";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.perAxis(2, "start", start, x.rank());
    check.perAxis(2, "limit", limit, x.rank());
    check.perAxis(2, "stride", stride, x.rank());
    check.atLeastOne(4, "stride", stride);
    List<Long> dims = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      long from = start.get(k);
      long to = limit.get(k);
      check.that(
          0 <= from && from <= to && to <= x.dim(k),
          3,
          "start %d, limit %d are no range of axis %d of size %d",
          from,
          to,
          k,
          x.dim(k));
      dims.add((to - from + stride.get(k) - 1) / stride.get(k));
    }
    return List.of(x.withShape(Shape.of(dims)));
  }
}
