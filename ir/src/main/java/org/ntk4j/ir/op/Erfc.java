package org.ntk4j.ir.op;

/// The complementary error function of arguments above 1/2.
///
/// `g(x) = (1 + 2x) e^(x²) erfc(x)` varies between 1 and `2/√π`. It is interpolated in `t = (x - C)
/// / (x + C)` at Chebyshev nodes; the values there come from the series of erf and from the
/// continued fraction of erfc, once.
final class Erfc {
  private static final double C = 3.75;
  private static final int NODES = 32;

  /// erfc underflows beyond.
  private static final double END = 27.3;

  private static final double ONE_OVER_SQRT_PI = 0.5641895835477563;

  private static final double[] COEFFICIENTS = coefficients();

  private Erfc() {}

  /// `erfc(x)` for `x >= 1/2`, or NaN.
  static double of(double x) {
    if (x > END) {
      return 0;
    }
    double t = (x - C) / (x + C);
    double next = 0;
    double sum = 0;
    for (int k = NODES - 1; k > 0; k--) {
      double before = next;
      next = sum;
      sum = 2 * t * next - before + COEFFICIENTS[k];
    }
    return (t * sum - next + COEFFICIENTS[0]) / (1 + 2 * x) * Special.expMinusSquare(x);
  }

  private static double[] coefficients() {
    double[] result = new double[NODES];
    for (int j = 0; j < NODES; j++) {
      double t = cos(2 * j + 1);
      double value = scaled(C * (1 + t) / (1 - t));
      for (int k = 0; k < NODES; k++) {
        result[k] += (k == 0 ? 1.0 : 2.0) / NODES * value * cos(k * (2 * j + 1));
      }
    }
    return result;
  }

  /// `cos(π m / (2 NODES))`, `m` reduced first: large angles would cost digits.
  private static double cos(int m) {
    return Math.cos(Math.PI * (m % (4 * NODES)) / (2 * NODES));
  }

  /// `(1 + 2x) e^(x²) erfc(x)`.
  private static double scaled(double x) {
    if (x < 0.5) {
      return (1 + 2 * x) * Math.exp(x * x) * (1 - Special.erfSeries(x));
    }
    return (1 + 2 * x) * ONE_OVER_SQRT_PI / fraction(x);
  }

  /// `x + (1/2)/(x + 1/(x + (3/2)/(x + …)))`, from its tail; the error after `n` terms falls like
  /// `e^(-2x√(2n))`.
  private static double fraction(double x) {
    int terms = (int) Math.ceil(900 / (x * x)) + 20;
    double tail = x;
    for (int n = terms; n > 0; n--) {
      tail = x + 0.5 * n / tail;
    }
    return tail;
  }
}
