package org.ntk4j.cpu.jit;

import org.ntk4j.cpu.jit.Instructions.Value;

/// Angles.
///
/// `x = n π/2 + r` with `|r| <= π/4`, where π/2 is a sum of three numbers: `r` is right to the last
/// bit for `|x| <= 2^49`. What is computed of larger ones is meaningless; see [FarAngles].
final class Trigonometry {
  private static final double TWO_OVER_PI = 0.6366197723675814;
  static final double HALF_PI = 0x1.921fb54442d18p0;
  static final double HALF_PI_REST = 0x1.1a62633145c07p-54;
  private static final double HALF_PI_REST_REST = -0x1.f1976b7ed8fbcp-110;

  /// `(sin x - x) / x³` in `x²`.
  private static final double[] SINE_SINGLE = {
    -0.16666655242443085, 0.008332191966474056, -0.00019518814224284142
  };

  private static final double[] SINE_DOUBLE = {
    -0.16666666666666632,
    0.008333333333322406,
    -0.0001984126982980385,
    2.7557313691072034e-06,
    -2.5050758043877937e-08,
    1.589679429051496e-10
  };

  /// `(cos x - 1 + x²/2) / x⁴` in `x²`.
  private static final double[] COSINE_SINGLE = {
    0.04166664555668831, -0.0013887305976822972, 2.4431772544630803e-05
  };

  private static final double[] COSINE_DOUBLE = {
    0.0416666666666666,
    -0.0013888888888874123,
    2.4801587289481754e-05,
    -2.7557314352398484e-07,
    2.087572330351611e-09,
    -1.1359650315426982e-11
  };

  /// `(asin x - x) / x³` in `x²`, for `x² <= 1/4`.
  private static final double[] ARC_SINE = {
    0.16666666666666763,
    0.07499999999969988,
    0.04464285717538269,
    0.030381942670796167,
    0.02237221603234361,
    0.0173515931815464,
    0.013981047226203731,
    0.011397049254549183,
    0.01079074462105266,
    0.0036665770279768056,
    0.021804880381905457,
    -0.021137717564891845,
    0.03271583805639653
  };

  /// `(atan x - x) / x³` in `x²`, for `x <= tan(π/8)`.
  private static final double[] ARC_TANGENT = {
    -0.333333333333332,
    0.1999999999995355,
    -0.1428571428019418,
    0.11111110783376536,
    -0.09090897755694596,
    0.07692060176814337,
    -0.06663103521182243,
    0.05847884371498133,
    -0.050392763311346414,
    0.038063664469568215,
    -0.01790602320922175
  };

  private static final double TAN_EIGHTH = 0.41421356237309503;
  private static final double TAN_THREE_EIGHTHS = 2.414213562373095;

  private Trigonometry() {}

  /// `x = n π/2 + r + rest`.
  ///
  /// @param n its last two bits, as an integer as wide as the function's type
  private record Reduced(Value n, Value r, Value rest) {}

  private static Reduced reduce(Real e, Value x) {
    Real d = e.wide();
    Value wide = e.widen(x);
    Value shifted = d.fma(wide, TWO_OVER_PI, d.k(d.magic()));
    Value n = d.sub(shifted, d.k(d.magic()));
    // Exact: a multiple of an ulp of π/2 that is less than 1.
    Value first = d.fma(n, -HALF_PI, wide);
    if (!e.isDouble()) {
      Value second = d.fma(n, -HALF_PI_REST, first);
      return new Reduced(d.truncated(d.bits(shifted)), e.narrow(second), e.k(0));
    }
    // The difference of first and n HALF_PI_REST, and what is lost when it is rounded.
    Value product = d.mul(n, d.k(HALF_PI_REST));
    Value second = d.sub(first, product);
    Value back = d.sub(second, first);
    Value lost = d.sub(d.sub(first, d.sub(second, back)), d.add(product, back));
    Value lostProduct = d.fma(n, HALF_PI_REST, d.neg(product));
    Value rest = d.fma(n, -HALF_PI_REST_REST, d.sub(lost, lostProduct));
    return new Reduced(d.bits(shifted), second, rest);
  }

  private static Value sine(Real e, Reduced x) {
    Value z = e.mul(x.r, x.r);
    if (!e.isDouble()) {
      return e.fma(e.mul(z, x.r), e.poly(z, SINE_SINGLE), x.r);
    }
    Value slope = e.mul(x.rest, e.fma(z, -0.5, e.k(1)));
    return e.add(x.r, e.fma(e.mul(z, x.r), e.poly(z, SINE_DOUBLE), slope));
  }

  private static Value cosine(Real e, Reduced x) {
    Value z = e.mul(x.r, x.r);
    if (!e.isDouble()) {
      return e.fma(e.mul(z, z), e.poly(z, COSINE_SINGLE), e.fma(z, -0.5, e.k(1)));
    }
    Value half = e.mul(z, e.k(0.5));
    Value w = e.sub(e.k(1), half);
    Value lost = e.sub(e.sub(e.k(1), w), half);
    Value slope = e.fma(e.neg(x.r), x.rest, lost);
    return e.add(w, e.fma(e.mul(z, z), e.poly(z, COSINE_DOUBLE), slope));
  }

  /// `cosine` where `n` is odd, else `sine`; with the other sign where its second bit is set.
  private static Value turned(Real e, Value n, Value sine, Value cosine) {
    Value even = e.isZero(e.mask(n, 1));
    Value value = e.select(even, sine, cosine);
    Value sign = e.left(e.mask(n, 2), e.pick(30, 62));
    return e.ofBits(e.xor(e.bits(value), sign));
  }

  /// `value`, or `x` where that is the same: it keeps the sign of 0.
  private static Value unlessTiny(Real e, Value x, Value value) {
    return e.select(e.lt(e.abs(x), e.pick(0x1p-13, 0x1p-27)), x, value);
  }

  static Value sin(Real e, Value x) {
    Reduced r = reduce(e, x);
    return unlessTiny(e, x, turned(e, r.n, sine(e, r), cosine(e, r)));
  }

  static Value cos(Real e, Value x) {
    Reduced r = reduce(e, x);
    return turned(e, e.plus(r.n, e.integer(1)), sine(e, r), cosine(e, r));
  }

  /// The quotient of sine and cosine, or its negative inverse.
  static Value tan(Real e, Value x) {
    Reduced r = reduce(e, x);
    Value sine = sine(e, r);
    Value cosine = cosine(e, r);
    Value even = e.isZero(e.mask(r.n, 1));
    Value above = e.select(even, sine, e.neg(cosine));
    return unlessTiny(e, x, e.div(above, e.select(even, cosine, sine)));
  }

  /// `s + s³ A(s²)`, where `s = |x|` or, if that is large, `√((1 - |x|) / 2)`.
  private record Arc(Value large, Value s, Value beyond) {}

  private static Arc arc(Real e, Value x) {
    Value a = e.abs(x);
    Value large = e.gt(a, 0.5);
    Value half = e.mul(e.sub(e.k(1), a), e.k(0.5));
    Value z = e.select(large, half, e.mul(a, a));
    Value s = e.select(large, e.sqrt(z), a);
    return new Arc(large, s, e.mul(e.mul(s, z), e.poly(z, ARC_SINE)));
  }

  static Value asin(Real e, Value x) {
    Arc arc = arc(e, x);
    Value sum = e.add(arc.s, arc.beyond);
    Value twice = e.add(sum, sum);
    Value rest = e.sub(e.k(HALF_PI), e.sub(twice, e.k(HALF_PI_REST)));
    return e.copySign(e.select(arc.large, rest, sum), x);
  }

  static Value acos(Real e, Value x) {
    Arc arc = arc(e, x);
    Value sum = e.add(arc.s, arc.beyond);
    Value twice = e.add(sum, sum);
    Value obtuse = e.sub(e.k(2 * HALF_PI), e.sub(twice, e.k(2 * HALF_PI_REST)));
    Value large = e.select(e.lt(x, 0), obtuse, twice);
    Value signed = e.copySign(arc.beyond, x);
    Value small = e.sub(e.k(HALF_PI), e.add(x, e.sub(signed, e.k(HALF_PI_REST))));
    return e.select(arc.large, large, small);
  }

  static Value atan(Real e, Value x) {
    return e.copySign(angle(e, e.abs(x), e.k(1)), x);
  }

  /// The angle in the first quadrant of the point with these finite coordinates; atan's may be
  /// infinite.
  private static Value angle(Real e, Value ordinate, Value abscissa) {
    Value steep = e.lt(e.mul(abscissa, e.k(TAN_THREE_EIGHTHS)), ordinate);
    Value middle = e.lt(e.mul(abscissa, e.k(TAN_EIGHTH)), ordinate);
    Value difference = e.sub(ordinate, abscissa);
    Value above = e.select(steep, e.neg(abscissa), e.select(middle, difference, ordinate));
    Value below = e.select(steep, ordinate, e.select(middle, e.add(ordinate, abscissa), abscissa));
    Value base = e.select(steep, e.k(HALF_PI), e.select(middle, e.k(HALF_PI / 2), e.k(0)));
    Value rest =
        e.select(steep, e.k(HALF_PI_REST), e.select(middle, e.k(HALF_PI_REST / 2), e.k(0)));
    Value zero = e.eq(above, e.k(0));
    // The product is 0, or NaN if the abscissa is.
    Value t = e.select(zero, e.mul(above, below), e.div(above, below));
    Value z = e.mul(t, t);
    return e.add(base, e.add(t, e.fma(e.mul(z, t), e.poly(z, ARC_TANGENT), rest)));
  }

  /// The angle of the point with ordinate `y` and abscissa `x`.
  static Value atan2(Real e, Value y, Value x) {
    Value ordinate = e.abs(y);
    Value abscissa = e.abs(x);
    Value infinity = e.k(Double.POSITIVE_INFINITY);
    Value far = e.or(e.eq(ordinate, infinity), e.eq(abscissa, infinity));
    // The sum of the largest numbers must not overflow, nor parts of the smallest lose their bits.
    double huge = 0x1p1000;
    double tiny = 0x1p-900;
    Value large = e.or(e.gt(ordinate, huge), e.gt(abscissa, huge));
    Value small = e.and(e.lt(ordinate, tiny), e.lt(abscissa, tiny));
    Value scale = e.select(large, e.k(0x1p-100), e.select(small, e.k(0x1p200), e.k(1)));
    Value up = e.select(far, direction(e, ordinate), e.mul(ordinate, scale));
    Value along = e.select(far, direction(e, abscissa), e.mul(abscissa, scale));
    Value acute = angle(e, up, along);
    Value obtuse = e.sub(e.k(2 * HALF_PI), e.sub(acute, e.k(2 * HALF_PI_REST)));
    Value angle = e.select(e.isNegative(e.bits(x)), obtuse, acute);
    return e.copySign(angle, y);
  }

  /// Beside an infinite coordinate: 1 for an infinite one, 0 for a finite one, NaN for NaN.
  private static Value direction(Real e, Value a) {
    return e.select(e.eq(a, e.k(Double.POSITIVE_INFINITY)), e.k(1), e.mul(a, e.k(0)));
  }
}
