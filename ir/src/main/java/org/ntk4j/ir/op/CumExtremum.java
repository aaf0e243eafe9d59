package org.ntk4j.ir.op;

import java.util.List;
import org.ntk4j.ir.Aval;

/// Running maximum or minimum along `axis`, inclusive; ties share evenly.
public record CumExtremum(Extremum kind, int axis, boolean reverse) implements Nonlinear {
  @Override
  public String mnemonic() {
    return "cum" + kind.mnemonic();
  }
}
