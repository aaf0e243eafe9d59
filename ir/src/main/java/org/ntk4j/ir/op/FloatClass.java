package org.ntk4j.ir.op;

import java.util.Locale;

/// A predicate on floating-point numbers.
public enum FloatClass {
  IS_FINITE,
  IS_NAN,
  IS_INF;

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
