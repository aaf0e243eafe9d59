package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Pads `x` with the scalar second operand: `interior` between neighbours, `lo` before, `hi`
/// after; negative `lo`, `hi` cut.
public record Pad(List<Long> lo, List<Long> hi, List<Long> interior) implements Multilinear {
  @Override
  public String mnemonic() {
    return "pad";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0, 1);
  }
}
