package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// General convolution (cross-correlation) of `x` with kernel `w` in 1 to 3 spatial dimensions;
/// the semantics are those of StableHLO's `convolution`. Padding may be negative.
public record Conv(ConvDims dims, List<Long> strides, List<Long> padLo, List<Long> padHi, List<Long> lhsDilation, List<Long> rhsDilation, long featureGroups, long batchGroups) implements Multilinear {
  @Override
  public String mnemonic() {
    return "conv";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.each(0, 1);
  }
}
