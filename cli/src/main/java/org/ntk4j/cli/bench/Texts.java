package org.ntk4j.cli.bench;

import java.util.Locale;
import org.ntk4j.core.Amounts;

/// Numbers to read.
final class Texts {
  private Texts() {}

  /// E.g. `12.3 MB`.
  static String bytes(double bytes) {
    return Amounts.scaled(bytes, "B", Texts::digits);
  }

  /// E.g. `1.23 G`.
  static String count(double number) {
    return Amounts.scaled(number, "", Texts::digits);
  }

  /// E.g. `12.3 ms` or `4.56 s`.
  static String time(double seconds) {
    return seconds < 1 ? digits(1e3 * seconds) + " ms" : digits(seconds) + " s";
  }

  /// At least three digits.
  static String digits(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /// E.g. `1.2e-06`.
  static String scientific(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }
}
