package org.ntk4j.cpu.jit;

import org.ntk4j.cpu.jit.Instructions.Value;

/// Powers and the cube root. All but [#integer] for `f64`.
final class Powers {
  /// `cbrt(m)` for `1/2 <= m <= 1`, to 13 bits.
  private static final double[] CUBE_ROOT = {
    0.4387684399240598, 0.9320177138827527, -0.517439580277428, 0.14672671585815383
  };

  private static final double CUBE_ROOT_2 = 0x1.428a2f98d728bp0;

  /// `(log((1 + s) / (1 - s)) - 2 s - 2/3 s³) / s⁵` in `s²`.
  private static final double[] LOGARITHM = {
    0.3999999999999998,
    0.28571428571445223,
    0.22222222217509838,
    0.1818181887354549,
    0.15384556652372852,
    0.13336325779202526,
    0.11674649577196518,
    0.11990415159821594
  };

  private static final double TWO_THIRDS = 0x1.5555555555555p-1;
  private static final double TWO_THIRDS_REST = 0x1.5555555555555p-55;

  /// ln 2 with few bits, so that its product with an exponent is exact, and the rest.
  private static final double LN2_SHORT = 0x1.62e42fefa2000p-1;

  private static final double LN2_LONG = 0x1.9ef35793c7673p-41;

  private Powers() {}

  /// A number with more bits than one of its type has.
  private record Twofold(Value high, Value low) {}

  /// `x + y`, where `|x| >= |y|` or `x = 0`.
  private static Twofold fastSum(Real e, Value x, Value y) {
    Value sum = e.add(x, y);
    return new Twofold(sum, e.sub(y, e.sub(sum, x)));
  }

  private static Twofold sum(Real e, Value x, Value y) {
    Value sum = e.add(x, y);
    Value back = e.sub(sum, x);
    return new Twofold(sum, e.add(e.sub(x, e.sub(sum, back)), e.sub(y, back)));
  }

  private static Twofold product(Real e, Twofold x, Twofold y) {
    Value high = e.mul(x.high, y.high);
    Value low = e.fma(x.high, y.high, e.neg(high));
    return new Twofold(high, e.fma(x.high, y.low, e.fma(x.low, y.high, low)));
  }

  /// `log x` to some 65 bits, for positive finite `x`.
  private static Twofold log(Real e, Value x) {
    Value small = e.lt(x, Double.MIN_NORMAL);
    Value normal = e.select(small, e.mul(x, e.k(0x1p54)), x);
    Logarithms.Scaled scaled = Logarithms.scale(e, normal);
    Value k = e.select(small, e.sub(scaled.k(), e.k(54)), scaled.k());
    Value f = e.sub(scaled.m(), e.k(1));
    Twofold d = sum(e, scaled.m(), e.k(1));
    Value inverse = e.div(e.k(1), d.high);
    Value s = e.mul(f, inverse);
    Value rest = e.fma(e.neg(s), d.low, e.fma(e.neg(s), d.high, f));
    Twofold quotient = new Twofold(s, e.mul(rest, inverse));
    Twofold z = product(e, quotient, quotient);
    Twofold third = fastSum(e, e.k(TWO_THIRDS), e.mul(z.high, e.poly(z.high, LOGARITHM)));
    Twofold factor = new Twofold(third.high, e.add(third.low, e.k(TWO_THIRDS_REST)));
    Twofold cubic = product(e, quotient, product(e, z, factor));
    Twofold first = fastSum(e, e.add(s, s), cubic.high);
    Value twice = e.add(quotient.low, quotient.low);
    Value low = e.add(first.low, e.add(twice, cubic.low));
    Twofold total = sum(e, e.mul(k, e.k(LN2_SHORT)), first.high);
    return fastSum(e, total.high, e.add(e.fma(k, LN2_LONG, low), total.low));
  }

  /// `|x|^y = e^(y log |x|)`, with signs and special cases as [Math#pow] has them.
  static Value pow(Real e, Value x, Value y) {
    Value a = e.abs(x);
    return signed(e, x, y, ofLog(e, a, y, log(e, a)));
  }

  /// `pow` for what is to be rounded to `f32`.
  static Value coarsePow(Real e, Value x, Value y) {
    Value a = e.abs(x);
    Twofold log = new Twofold(Logarithms.log(e, a), e.k(0));
    return signed(e, x, y, ofLog(e, a, y, log));
  }

  private static Value ofLog(Real e, Value a, Value y, Twofold log) {
    Value infinite = e.select(e.lt(a, Double.POSITIVE_INFINITY), log.high, a);
    Value high = e.select(e.eq(a, e.k(0)), e.k(Double.NEGATIVE_INFINITY), infinite);
    Value exponent = e.mul(y, high);
    Value rest = e.fma(y, log.low, e.fma(y, high, e.neg(exponent)));
    Value moderate = e.lt(e.abs(exponent), 1000);
    Value power = Exponentials.exp(e, exponent, e.select(moderate, rest, e.k(0)));
    return e.select(e.eq(y, e.k(0)), e.k(1), power);
  }

  /// `size` with the sign of `x^y`; NaN where a negative number has no such power.
  private static Value signed(Real e, Value x, Value y, Value size) {
    Value whole = e.eq(e.intrinsic("trunc", y), y);
    Value half = e.mul(y, e.k(0.5));
    Value odd = e.and(whole, e.not(e.eq(e.intrinsic("trunc", half), half)));
    Value negative = e.and(odd, e.isNegative(e.bits(x)));
    Value result = e.select(negative, e.neg(size), size);
    Value finite = e.gt(x, Double.NEGATIVE_INFINITY);
    Value none = e.and(e.and(e.lt(x, 0), finite), e.not(whole));
    return e.select(none, e.k(Double.NaN), result);
  }

  /// Two steps of Halley's method; the second one adds a correction.
  static Value cbrt(Real e, Value x) {
    Value a = e.abs(x);
    Value small = e.lt(a, Double.MIN_NORMAL);
    Value b = e.bits(e.select(small, e.mul(a, e.k(0x1p54)), a));
    // a = m 2^exponent with 1/2 <= m < 1, but for the 54 of small ones.
    Value m = e.ofBits(e.or(e.mask(b, 0x000FFFFFFFFFFFFFL), e.integer(0x3FE0000000000000L)));
    Value biased = e.ofBits(e.or(e.right(b, 52), e.integer(0x4330000000000000L)));
    Value exponent = e.sub(biased, e.k(0x1p52 + 1022));
    Value shifted = e.fma(exponent, 1.0 / 3, e.k(e.magic()));
    Value third = e.sub(shifted, e.k(e.magic()));
    Value rest = e.fma(third, -3, exponent);
    Value less = e.lt(rest, 0);
    Value more = e.gt(rest, 0);
    Value target = e.mul(m, e.select(less, e.k(0.5), e.select(more, e.k(2), e.k(1))));
    Value scale = e.select(less, e.k(1 / CUBE_ROOT_2), e.select(more, e.k(CUBE_ROOT_2), e.k(1)));
    Value root = corrected(e, target, e.mul(e.poly(m, CUBE_ROOT), scale));
    Value unit = e.select(small, e.k(0x1p-18), e.k(1));
    Value size = e.mul(e.mul(root, e.powerOfTwo(shifted, 0)), unit);
    Value ordinary = e.and(e.gt(a, 0), e.lt(a, Double.POSITIVE_INFINITY));
    return e.select(ordinary, e.copySign(size, x), x);
  }

  private static Value corrected(Real e, Value x, Value guess) {
    Value cube = e.mul(e.mul(guess, guess), guess);
    Value above = e.fma(x, 2, cube);
    Value below = e.fma(cube, 2, x);
    Value y = e.mul(guess, e.div(above, below));
    Value square = e.mul(y, y);
    Value lost = e.fma(y, y, e.neg(square));
    Value missing = e.fma(e.neg(y), lost, e.fma(e.neg(y), square, x));
    return e.fma(y, e.div(missing, e.fma(e.mul(square, y), 2, x)), y);
  }

  /// `x^n` by squarings, for small `n`.
  static Value integer(Real e, Value x, int n) {
    if (n < 0) {
      return e.div(e.k(1), integer(e, x, -n));
    }
    if (n == 0) {
      return e.k(1);
    }
    if (n == 1) {
      return x;
    }
    Value half = integer(e, x, n / 2);
    Value square = e.mul(half, half);
    return n % 2 == 0 ? square : e.mul(square, x);
  }
}
