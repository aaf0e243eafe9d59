package org.ntk4j.ir.op;

import java.util.Locale;

/// Boolean algebra; bitwise on integers.
public enum LogicFn {
  NOT,
  AND,
  OR,
  XOR;

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
