package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;

/// Conversion between floating-point dtypes.
public record Convert(DType to) implements Multilinear {
  @Override
  public String mnemonic() {
    return "convert";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }
}
