package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Sums over sliding windows; positions outside the operand count as 0.
///
/// Constraints: C1 one operand; C2 a numeric dtype; C3 each list of the window has one entry per
/// axis; C4 sizes, strides and dilations are at least 1.
public record WindowSum(Window window) implements Multilinear {
  @Override
  public String mnemonic() {
    return "window_sum";
  }

  @Override
  public List<List<Integer>> linearIn(int operands) {
    return Groups.joint(0);
  }

  @Override
  public List<Aval> resultAvals(List<Aval> operands) {
    Check check = Check.of(this, operands);
    Aval x = check.only(1);
    check.numeric(2, x);
    return List.of(x.withShape(window.resultShape(check, x.shape())));
  }
}
