package org.ntk4j.ntk;

import java.util.Locale;
import org.ntk4j.core.Amounts;

/// What an implementation is expected to cost.
///
/// @param implementation which one
/// @param seconds predicted time
/// @param operations floating-point operations
/// @param bytes bytes read and written
/// @param peakBytes memory at the worst moment on the back end that is to run it, inputs and result
///   included; at once, not in tiles
/// @param equations how many equations its program has
public record Prediction(
    Implementation implementation,
    double seconds,
    long operations,
    long bytes,
    long peakBytes,
    int equations) {

  /// The same with another peak.
  Prediction withPeakBytes(long peak) {
    return new Prediction(implementation, seconds, operations, bytes, peak, equations);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-23s %9s, %8s operations, %9s moved, %9s at most, %d equations",
        implementation,
        seconds < 1
            ? String.format(Locale.ROOT, "%.3g ms", 1e3 * seconds)
            : String.format(Locale.ROOT, "%.2f s", seconds),
        count(operations),
        TilePlan.text(bytes),
        TilePlan.text(peakBytes),
        equations);
  }

  /// E.g. `1.23 G`.
  static String count(long operations) {
    return Amounts.count(operations, 2);
  }
}
