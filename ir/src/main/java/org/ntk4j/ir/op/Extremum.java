package org.ntk4j.ir.op;

import java.util.Locale;

/// Largest or smallest.
public enum Extremum {
  MAX,
  MIN;

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
