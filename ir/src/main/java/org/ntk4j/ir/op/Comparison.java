package org.ntk4j.ir.op;

import java.util.Locale;

/// An elementwise comparison.
public enum Comparison {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE;

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
