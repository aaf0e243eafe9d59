package org.ntk4j.ir.eval;

/// Which positions of a sliding window see an element with one fixed tap, along one axis.
///
/// Position `first + step k` sees element `source + sourceStep k`, for `0 <= k < count`; the others
/// see nothing.
///
/// @param first counted from the start of the positions asked for
record Taps(long first, long step, long count, long source, long sourceStep) {
  private static final Taps NONE = new Taps(0, 1, 0, 0, 1);

  /// Positions `from..from + n - 1`; position `p` looks at `(stride p + shift) / dilation`, which
  /// is an element if it is an integer in `0..size - 1`.
  ///
  /// @param shift window dilation times the tap, minus the padding before
  static Taps of(long from, long n, long stride, long shift, long dilation, long size) {
    long period = dilation / gcd(stride, dilation);
    long p = Math.max(from, Math.ceilDiv(-shift, stride));
    long tried = 0;
    while (tried < period && (stride * p + shift) % dilation != 0) {
      p++;
      tried++;
    }
    if (tried == period || size == 0) {
      return NONE;
    }
    long end = Math.min(from + n, Math.floorDiv((size - 1) * dilation - shift, stride) + 1);
    long count = Math.max(0, Math.ceilDiv(end - p, period));
    return new Taps(
        p - from, period, count, (stride * p + shift) / dilation, stride * period / dilation);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
