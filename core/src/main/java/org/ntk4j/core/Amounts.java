package org.ntk4j.core;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Amounts to read, in powers of 1000.
public final class Amounts {
  private static final List<String> PREFIXES = List.of("", "k", "M", "G", "T", "P", "E");

  private Amounts() {}

  /// E.g. `1.23 GB`; whole bytes below 1000.
  public static String bytes(long bytes, int decimals) {
    return scaled(bytes, "B", value -> fixed(value, value == bytes ? 0 : decimals));
  }

  /// E.g. `1.23 G`; whole numbers below 1000.
  public static String count(long number, int decimals) {
    return scaled(number, "", value -> fixed(value, value == number ? 0 : decimals));
  }

  /// `amount` with the prefix that makes it less than 1000, such as `12.3 MB`.
  ///
  /// @param digits prints what stands before the prefix
  public static String scaled(double amount, String unit, DoubleFunction<String> digits) {
    int prefix = 0;
    double value = amount;
    while (value >= 1000 && prefix < PREFIXES.size() - 1) {
      value /= 1000;
      prefix++;
    }
    return (digits.apply(value) + " " + PREFIXES.get(prefix) + unit).stripTrailing();
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
