package org.ntk4j.ir.op;

/// Scalar functions that [Math] lacks, accurate to a few units in the last place.
final class Special {
  /// `2/√π`.
  static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  private static final double LOG_2 = 0.6931471805599453;

  /// Above, `√(x² ± 1)` is `x` to double precision.
  private static final double LARGE = 1L << 28;

  /// Below, erf is summed as a series; erfc comes from its table above.
  private static final double ERF_SERIES_END = 0.5;

  private Special() {}

  static double asinh(double x) {
    double a = Math.abs(x);
    double positive =
        a > LARGE ? Math.log(a) + LOG_2 : Math.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
    return Math.copySign(positive, x);
  }

  static double acosh(double x) {
    if (x < 1) {
      return Double.NaN;
    }
    if (x > LARGE) {
      return Math.log(x) + LOG_2;
    }
    double t = x - 1;
    return Math.log1p(t + Math.sqrt(t * (t + 2)));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
  }

  static double logistic(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double erf(double x) {
    double a = Math.abs(x);
    return a > ERF_SERIES_END ? Math.copySign(1 - Erfc.of(a), x) : erfSeries(x);
  }

  static double erfc(double x) {
    if (x > ERF_SERIES_END) {
      return Erfc.of(x);
    }
    return x < -ERF_SERIES_END ? 2 - Erfc.of(-x) : 1 - erfSeries(x);
  }

  /// `erf(x) = 2/√π e^(-x²) Σ_n 2^n x^(2n+1) / (2n+1)!!` for small `x`; all terms have one sign.
  static double erfSeries(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_SQRT_PI * expMinusSquare(x) * sum;
  }

  /// `e^(-x²)` without the error of rounding `x²`: `x = h + l`, where `h²` is exact.
  static double expMinusSquare(double x) {
    double h = (float) x;
    double l = x - h;
    return Math.exp(-h * h) * Math.exp(-l * (x + h));
  }
}
