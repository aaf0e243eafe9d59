package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// The `k` largest elements along the last axis in descending order, and their `i32` indices;
/// stable. Two results.
public record TopK(long k) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "top_k";
  }
}
