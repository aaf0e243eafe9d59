package org.ntk4j.cli.bench;

import java.util.Locale;

/// Numbers to read.
final class Texts {
  private Texts() {}

  /// E.g. `12.3 MB`.
  static String bytes(double bytes) {
    return scaled(bytes, "B", "kB", "MB", "GB", "TB");
  }

  /// E.g. `1.23 G`.
  static String count(double number) {
    return scaled(number, "", "k", "M", "G", "T", "P");
  }

  private static String scaled(double number, String... units) {
    int unit = 0;
    double value = number;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return (digits(value) + " " + units[unit]).stripTrailing();
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
