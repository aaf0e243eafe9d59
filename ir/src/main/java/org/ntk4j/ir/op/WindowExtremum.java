package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Largest or smallest element of sliding windows; positions outside the operand never win; ties
/// share evenly.
public record WindowExtremum(Extremum kind, Window window) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "window_" + kind.mnemonic();
  }
}
