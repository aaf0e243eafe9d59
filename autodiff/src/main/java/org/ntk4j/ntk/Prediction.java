package org.ntk4j.ntk;

import java.util.Locale;

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
        "%-23s %10.3g ms, %d operations, %d bytes moved, %d bytes at most alive, %d equations",
        implementation,
        1e3 * seconds,
        operations,
        bytes,
        peakBytes,
        equations);
  }
}
