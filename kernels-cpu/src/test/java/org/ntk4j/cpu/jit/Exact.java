package org.ntk4j.cpu.jit;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.ntk4j.ir.op.UnaryFn;

/// Scalar functions to 60 digits and more, by their series: the reference for `f64`.
///
/// Numbers have 430 digits, so that 60 remain of `1 - erf(27)`, of `e^x - 1` for the smallest `x`,
/// and of the largest `x` less a multiple of π.
final class Exact {
  private static final MathContext MC = new MathContext(430, RoundingMode.HALF_EVEN);
  private static final BigDecimal ONE = BigDecimal.ONE;
  private static final BigDecimal TWO = BigDecimal.TWO;
  private static final BigDecimal TINY = ONE.scaleByPowerOfTen(-420);

  /// `exp` takes more squarings and fewer terms.
  private static final BigDecimal SMALL = ONE.scaleByPowerOfTen(-12);

  private static final BigDecimal PI = atan(ONE).multiply(num(4));

  /// Beyond, no `double` is nearer to what `e^x`, `tanh` or `logistic` tend to; nor to what `erf`
  /// and `erfc` tend to, beyond the other one.
  private static final double EXP_MAX = 1000;

  private static final double ERF_MAX = 28;

  private Exact() {}

  private static BigDecimal num(double x) {
    return new BigDecimal(x);
  }

  /// The value of `fn`, where it is finite.
  static BigDecimal of(UnaryFn fn, double argument) {
    BigDecimal x = num(argument);
    return switch (fn) {
      case EXP -> exp(clamp(x, EXP_MAX));
      case EXPM1 -> exp(clamp(x, EXP_MAX)).subtract(ONE);
      case LOG -> log(x);
      case LOG1P -> log(x.add(ONE));
      case SIN -> sin(x);
      case COS -> sin(x.add(half(PI)));
      case TAN -> sin(x).divide(sin(x.add(half(PI))), MC);
      case SINH -> half(exp(x).subtract(exp(x.negate())));
      case COSH -> half(exp(x).add(exp(x.negate())));
      case ASIN -> asin(x);
      case ACOS -> half(PI).subtract(asin(x));
      case ATAN -> atan(x);
      case ASINH -> asinh(x.abs()).multiply(num(x.signum()));
      case ACOSH -> log(x.add(x.multiply(x).subtract(ONE).sqrt(MC)));
      case ATANH -> half(log(ONE.add(x).divide(ONE.subtract(x), MC)));
      case TANH -> tanh(clamp(x, EXP_MAX));
      case LOGISTIC -> ONE.divide(ONE.add(exp(clamp(x, EXP_MAX).negate())), MC);
      case ERF -> erf(clamp(x, ERF_MAX));
      case ERFC -> ONE.subtract(erf(clamp(x, ERF_MAX)));
      case SQRT -> x.sqrt(MC);
      case RSQRT -> ONE.divide(x.sqrt(MC), MC);
      case CBRT -> exp(log(x.abs()).divide(num(3), MC)).multiply(num(x.signum()));
      case ABS -> x.abs();
      case RECIPROCAL -> ONE.divide(x, MC);
      case SOFTPLUS -> argument > EXP_MAX ? x : log(ONE.add(exp(clamp(x, EXP_MAX))));
    };
  }

  /// `x^y` for positive `x`.
  static BigDecimal pow(double x, double y) {
    return exp(log(num(x)).multiply(num(y)));
  }

  /// The angle of a point whose coordinates are not 0.
  static BigDecimal atan2(double y, double x) {
    BigDecimal angle = atan(num(y).divide(num(x), MC));
    return x > 0 ? angle : angle.add(PI.multiply(num(Math.signum(y))));
  }

  /// The distance of `value` from `exact` in units of `exact`'s last place as a `double`. Beyond
  /// the largest number, infinity is one step further.
  static double ulps(double value, BigDecimal exact) {
    double rounded = Math.clamp(exact.doubleValue(), -Double.MAX_VALUE, Double.MAX_VALUE);
    BigDecimal found =
        Double.isInfinite(value)
            ? TWO.pow(Double.MAX_EXPONENT + 1).multiply(num(Math.signum(value)))
            : num(value);
    return found
        .subtract(exact)
        .abs()
        .divide(num(Math.ulp(rounded)), MathContext.DECIMAL64)
        .doubleValue();
  }

  private static BigDecimal half(BigDecimal x) {
    return x.divide(TWO, MC);
  }

  private static BigDecimal clamp(BigDecimal x, double size) {
    return x.max(num(-size)).min(num(size));
  }

  private static BigDecimal asinh(BigDecimal x) {
    return log(x.add(x.multiply(x).add(ONE).sqrt(MC)));
  }

  private static BigDecimal tanh(BigDecimal x) {
    return ONE.subtract(TWO.divide(exp(x.multiply(TWO)).add(ONE), MC));
  }

  private static BigDecimal exp(BigDecimal x) {
    int halvings = 0;
    BigDecimal r = x.round(MC);
    while (r.abs().compareTo(SMALL) > 0) {
      r = half(r);
      halvings++;
    }
    BigDecimal sum = ONE;
    BigDecimal term = ONE;
    for (int n = 1; term.abs().compareTo(TINY) > 0; n++) {
      term = term.multiply(r, MC).divide(num(n), MC);
      sum = sum.add(term, MC);
    }
    for (int i = 0; i < halvings; i++) {
      sum = sum.multiply(sum, MC);
    }
    return sum;
  }

  /// `y + log(x e^-y)`, where `y` is about the logarithm.
  private static BigDecimal log(BigDecimal x) {
    int digits = x.precision() - x.scale();
    double about = Math.log(x.movePointLeft(digits).doubleValue()) + digits * Math.log(10);
    BigDecimal y = num(about);
    BigDecimal m = x.multiply(exp(y.negate()), MC);
    BigDecimal s = m.subtract(ONE).divide(m.add(ONE), MC);
    return oddSeries(s, 1).multiply(TWO).add(y);
  }

  /// `Σ_k sign^k s^(2k+1) / (2k+1)`: the inverse hyperbolic tangent, or the inverse tangent.
  private static BigDecimal oddSeries(BigDecimal s, int sign) {
    BigDecimal square = s.multiply(s, MC).multiply(num(sign));
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal power = s;
    for (int n = 1; power.abs().compareTo(TINY) > 0; n += 2) {
      sum = sum.add(power.divide(num(n), MC), MC);
      power = power.multiply(square, MC);
    }
    return sum;
  }

  private static BigDecimal atan(BigDecimal x) {
    if (x.abs().compareTo(num(0.1)) < 0) {
      return oddSeries(x, -1);
    }
    BigDecimal root = x.multiply(x).add(ONE).sqrt(MC);
    return atan(x.divide(root.add(ONE), MC)).multiply(TWO);
  }

  private static BigDecimal asin(BigDecimal x) {
    if (x.abs().compareTo(ONE) == 0) {
      return half(PI).multiply(x);
    }
    return atan(x.divide(ONE.subtract(x.multiply(x)).sqrt(MC), MC));
  }

  private static BigDecimal sin(BigDecimal x) {
    BigDecimal turns = x.divide(PI, MC).setScale(0, RoundingMode.HALF_EVEN);
    BigDecimal r = x.subtract(turns.multiply(PI), MC);
    BigDecimal sum = r;
    BigDecimal term = r;
    for (int n = 2; term.abs().compareTo(TINY) > 0; n += 2) {
      term = term.multiply(r, MC).multiply(r, MC).divide(num(-n * (n + 1)), MC);
      sum = sum.add(term, MC);
    }
    return turns.toBigInteger().testBit(0) ? sum.negate() : sum;
  }

  /// `2/√π e^(-x²) Σ_n 2^n x^(2n+1) / (2n+1)!!`: all terms have one sign.
  private static BigDecimal erf(BigDecimal x) {
    BigDecimal square = x.multiply(x, MC);
    BigDecimal sum = x;
    BigDecimal term = x;
    for (int n = 1; term.abs().compareTo(TINY) > 0; n++) {
      term = term.multiply(square, MC).multiply(TWO).divide(num(2 * n + 1), MC);
      sum = sum.add(term, MC);
    }
    BigDecimal scale = TWO.divide(PI.sqrt(MC), MC);
    return sum.multiply(scale, MC).multiply(exp(square.negate()), MC);
  }
}
