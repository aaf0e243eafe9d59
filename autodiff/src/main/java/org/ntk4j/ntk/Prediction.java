package org.ntk4j.ntk;

import java.util.Locale;

/// What an implementation is expected to cost.
///
/// @param implementation which one
/// @param seconds predicted time
/// @param operations floating-point operations
/// @param bytes bytes read and written
/// @param equations how many equations its program has
public record Prediction(
    Implementation implementation, double seconds, double operations, double bytes, int equations) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-23s %10.3g ms %10.3g operations %10.3g bytes %6d equations",
        implementation,
        1e3 * seconds,
        operations,
        bytes,
        equations);
  }
}
