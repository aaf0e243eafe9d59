package org.ntk4j.cpu.jit;

import org.ntk4j.cpu.jit.Instructions.Value;

/// The natural logarithm and what is made of it.
///
/// `log x = k ln 2 + log m` with an integer `k` and `√½ <= m < √2`.
final class Logarithms {
  /// `R`, where `log(1 + f) = f - f²/2 + f³ R(f)`.
  private static final double[] SINGLE = {
    0.3333333134651184,
    -0.250008225440979,
    0.20001249015331268,
    -0.16623325645923615,
    0.14201432466506958,
    -0.1316024661064148,
    0.12763042747974396,
    -0.07635500282049179
  };

  /// `R`, where `log((1 + s) / (1 - s)) = 2 s + s³ R(s²)`.
  private static final double[] DOUBLE = {
    0.6666666666666735,
    0.3999999999941217,
    0.28571428742984756,
    0.2222219850695321,
    0.1818356804376086,
    0.15313948235540084,
    0.14797045556898325
  };

  private Logarithms() {}

  /// `x = 2^k m`.
  record Scaled(Value k, Value m) {}

  /// For positive normal `x`.
  static Scaled scale(Real e, Value x) {
    long root = e.pick((long) Float.floatToRawIntBits(0x1.6a09e6p-1f), rootHalfBits());
    long exponents = e.pick(0xFFFFFFFFFF800000L, 0xFFF0000000000000L);
    Value b = e.bits(x);
    // How far x is above √½, in units of the last place: its exponent is k.
    Value above = e.minus(b, e.integer(root));
    Value m = e.ofBits(e.minus(b, e.mask(above, exponents)));
    // k + excess > 0 as the last bits of 2^fraction + k + excess.
    int excess = e.pick(128, 1024);
    Value positive = e.plus(above, e.integer((long) excess << e.fraction()));
    double unit = Math.scalb(1.0, e.fraction());
    long unitBits = (long) (e.bias() + e.fraction()) << e.fraction();
    Value shifted = e.ofBits(e.or(e.right(positive, e.fraction()), e.integer(unitBits)));
    return new Scaled(e.sub(shifted, e.k(unit + excess)), m);
  }

  private static long rootHalfBits() {
    return Double.doubleToRawLongBits(0x1.6a09e667f3bcdp-1);
  }

  /// `k ln 2 + log m + rest`.
  private static Value sum(Real e, Scaled x, Value rest) {
    Value f = e.sub(x.m, e.k(1));
    Value low = e.fma(x.k, Exponentials.ln2Rest(e), rest);
    return e.isDouble() ? sumDouble(e, x.k, f, low) : sumSingle(e, x.k, f, low);
  }

  private static Value sumSingle(Real e, Value k, Value f, Value low) {
    Value z = e.mul(f, f);
    Value t = e.fma(e.mul(z, f), e.poly(f, SINGLE), low);
    Value logM = e.add(f, e.fma(z, -0.5, t));
    return e.fma(k, Exponentials.ln2(e), logM);
  }

  private static Value sumDouble(Real e, Value k, Value f, Value low) {
    Value s = e.div(f, e.add(f, e.k(2)));
    Value z = e.mul(s, s);
    Value r = e.mul(z, e.poly(z, DOUBLE));
    Value h = e.mul(e.mul(f, f), e.k(0.5));
    // log(1 + f) = f - (h - s (h + r)).
    Value t = e.fma(s, e.add(h, r), low);
    return e.fma(k, Exponentials.ln2(e), e.sub(f, e.sub(h, t)));
  }

  static Value log(Real e, Value x) {
    // Smaller ones are not normal.
    Value small = e.lt(x, e.pick((double) Float.MIN_NORMAL, Double.MIN_NORMAL));
    int up = e.pick(24, 54);
    Value scaled = e.select(small, e.mul(x, e.k(Math.scalb(1.0, up))), x);
    Scaled parts = scale(e, scaled);
    Value k = e.select(small, e.sub(parts.k, e.k(up)), parts.k);
    Value value = sum(e, new Scaled(k, parts.m), e.k(0));
    return special(e, x, value, 0);
  }

  /// `value`, but infinite and NaN where `x` is, NaN below the pole, `-∞` there.
  private static Value special(Real e, Value x, Value value, double pole) {
    Value finite = e.select(e.lt(x, Double.POSITIVE_INFINITY), value, x);
    Value real = e.select(e.lt(x, pole), e.k(Double.NaN), finite);
    return e.select(e.eq(x, e.k(pole)), e.k(Double.NEGATIVE_INFINITY), real);
  }

  /// `log(u + lost)`, where `u >= 1` is finite and `lost` is what was lost when `u` was rounded.
  static Value ofSum(Real e, Value u, Value lost) {
    return sum(e, scale(e, u), e.div(lost, u));
  }

  static Value log1p(Real e, Value x) {
    Value u = e.add(x, e.k(1));
    Value back = e.sub(u, e.k(1));
    Value lost = e.add(e.sub(e.k(1), e.sub(u, back)), e.sub(x, back));
    Value value = special(e, x, ofSum(e, u, lost), -1);
    // Keeps the sign of 0 and the last bits of the smallest.
    Value tiny = e.lt(e.abs(x), e.pick(0x1p-26, 0x1p-55));
    return e.select(tiny, x, value);
  }

  /// `log(1 + |x| + x² / (1 + √(1 + x²)))` with the sign of `x`.
  static Value asinh(Real e, Value x) {
    Value a = e.abs(x);
    Value square = e.mul(a, a);
    Value root = e.sqrt(e.add(square, e.k(1)));
    Value t = e.add(a, e.div(square, e.add(root, e.k(1))));
    return e.copySign(ofTwice(e, a, t), x);
  }

  /// `log(1 + t + √(t (t + 2)))`, where `t = x - 1`.
  static Value acosh(Real e, Value x) {
    Value t = e.sub(x, e.k(1));
    Value root = e.sqrt(e.mul(t, e.add(t, e.k(2))));
    Value value = ofTwice(e, x, e.add(t, root));
    return e.select(e.lt(x, 1), e.k(Double.NaN), value);
  }

  /// `log(1 + t)`; where `x` is large, `log(2 x)`, which is the same.
  private static Value ofTwice(Real e, Value x, Value t) {
    Value large = e.gt(x, e.pick(0x1p40, 0x1p80));
    Value log = log1p(e, e.select(large, x, t));
    return e.add(log, e.select(large, e.k(Exponentials.ln2(e)), e.k(0)));
  }

  /// `log(1 + 2|x| / (1 - |x|)) / 2` with the sign of `x`.
  static Value atanh(Real e, Value x) {
    Value a = e.abs(x);
    Value log = log1p(e, e.div(e.add(a, a), e.sub(e.k(1), a)));
    return e.copySign(e.mul(log, e.k(0.5)), x);
  }
}
