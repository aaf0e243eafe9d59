package org.ntk4j.cpu.jit;

import org.ntk4j.cpu.jit.Instructions.Value;

/// The exponential function and what is made of it.
///
/// `e^x = 2^n e^r` with an integer `n` and `|r| <= ln 2 / 2`; `e^r - 1 = r + r² P(r)`, where `P`
/// minimizes the relative error.
final class Exponentials {
  private static final double[] SINGLE = {
    0.5, 0.1666654795408249, 0.04166682809591293, 0.008366110734641552, 0.0013900495832785964
  };

  private static final double[] DOUBLE = {
    0.5,
    0.16666666666666677,
    0.04166666666666658,
    0.008333333333322078,
    0.0013888888888938787,
    0.0001984126988511686,
    2.4801587205964373e-05,
    2.755724513978605e-06,
    2.755738058295846e-07,
    2.510873492856198e-08,
    2.0880839894987247e-09
  };

  static final double LOG2_E = 1.4426950408889634;

  private Exponentials() {}

  /// `n + MAGIC`, `n`, and `e^r - 1`.
  private record Reduced(Value shifted, Value n, Value expm1) {}

  /// The high part of ln 2, and what it lacks.
  static double ln2(Real e) {
    return e.pick(0x1.62e43p-1, 0x1.62e42fefa39efp-1);
  }

  static double ln2Rest(Real e) {
    return e.pick(-0x1.05c610ca86c39p-29, 0x1.abc9e3b39803fp-56);
  }

  private static Reduced reduce(Real e, Value x) {
    Value shifted = e.fma(x, LOG2_E, e.k(e.magic()));
    Value n = e.sub(shifted, e.k(e.magic()));
    Value r = e.fma(n, -ln2(e), x);
    return new Reduced(shifted, n, small(e, e.fma(n, -ln2Rest(e), r)));
  }

  /// `e^r - 1`.
  private static Value small(Real e, Value r) {
    return e.fma(e.mul(r, r), e.poly(r, e.pick(SINGLE, DOUBLE)), r);
  }

  /// `2 e^r 2^(n - 1)`, where `n` may be that of the largest and of the smallest results.
  ///
  /// @param x by its size one sees which results are not normal
  private static Value scaled(Real e, Reduced reduced, Value x) {
    // For small results 2^n is made in two steps, of which only the last one rounds.
    int step = e.pick(64, 256);
    Value small = e.lt(x, e.pick(-85.0, -700.0));
    Value offset = e.select(small, e.integer(step - 1L), e.integer(-1));
    Value exponent = e.plus(e.bits(reduced.shifted), offset);
    Value power = e.ofBits(e.left(e.plus(exponent, e.integer(e.bias())), e.fraction()));
    Value rest = e.select(small, e.k(Math.scalb(1.0, -step)), e.k(1));
    return e.mul(e.mul(e.fma(reduced.expm1, 2, e.k(2)), power), rest);
  }

  private static Value clamped(Real e, Value x) {
    return e.clamp(x, e.pick(-104.0, -746.0), e.pick(89.0, 710.0));
  }

  static Value exp(Real e, Value x) {
    Value c = clamped(e, x);
    return scaled(e, reduce(e, c), c);
  }

  /// `e^(x + rest)`, where `rest` is small beside 1.
  static Value exp(Real e, Value x, Value rest) {
    Value c = clamped(e, x);
    Value shifted = e.fma(c, LOG2_E, e.k(e.magic()));
    Value n = e.sub(shifted, e.k(e.magic()));
    Value r = e.fma(n, -ln2Rest(e), e.fma(n, -ln2(e), c));
    return scaled(e, new Reduced(shifted, n, small(e, e.add(r, rest))), c);
  }

  /// `e^x` where neither it nor `2^n` leaves the normal numbers.
  static Value moderateExp(Real e, Value x) {
    Reduced reduced = reduce(e, x);
    Value power = e.powerOfTwo(reduced.shifted, 0);
    return e.fma(power, reduced.expm1, power);
  }

  /// `e^x - 1` where neither `2^n` nor `2^-n` leaves the normal numbers.
  private static Value moderateExpm1(Real e, Value x) {
    Reduced reduced = reduce(e, x);
    Value power = e.powerOfTwo(reduced.shifted, 0);
    return e.fma(power, reduced.expm1, e.sub(power, e.k(1)));
  }

  static Value expm1(Real e, Value x) {
    Value c = e.clamp(x, e.pick(-20.0, -40.0), e.pick(89.0, 710.0));
    Reduced reduced = reduce(e, c);
    Value half = e.powerOfTwo(reduced.shifted, -1);
    Value halved = e.fma(half, reduced.expm1, e.sub(half, e.k(0.5)));
    // Halving would round the smallest numbers; the sign of 0 stays, too.
    Value tiny = e.lt(e.abs(x), e.pick(0x1p-26, 0x1p-55));
    return e.select(tiny, x, e.add(halved, halved));
  }

  /// `E / (E + 2)`, where `E = e^(2|x|) - 1`.
  static Value tanh(Real e, Value x) {
    Value a = e.atMost(e.abs(x), e.pick(10.0, 20.0));
    Value expm1 = moderateExpm1(e, e.add(a, a));
    return e.copySign(e.div(expm1, e.add(expm1, e.k(2))), x);
  }

  /// `1 / (1 + e^-x)`, and `e^x / (1 + e^x)` where `x < 0`.
  static Value logistic(Real e, Value x) {
    Value y = exp(e, e.neg(e.abs(x)));
    return e.div(e.select(e.lt(x, 0), y, e.k(1)), e.add(y, e.k(1)));
  }

  /// `max(x, 0) + log(1 + e^-|x|)`.
  static Value softplus(Real e, Value x) {
    Value y = exp(e, e.neg(e.abs(x)));
    Value u = e.add(y, e.k(1));
    Value lost = e.sub(y, e.sub(u, e.k(1)));
    Value positive = e.select(e.lt(x, 0), e.k(0), x);
    return e.add(positive, Logarithms.ofSum(e, u, lost));
  }

  /// `e^|x| / 2`.
  private static Value half(Real e, Reduced reduced) {
    return e.mul(e.fma(reduced.expm1, 2, e.k(2)), e.powerOfTwo(reduced.shifted, -2));
  }

  private static Value forHalf(Real e, Value x) {
    return e.atMost(e.abs(x), e.pick(90.0, 711.0));
  }

  /// `(E + E / (E + 1)) / 2`, where `E = e^|x| - 1`; `e^|x| / 2` for large `x`.
  static Value sinh(Real e, Value x) {
    Value a = forHalf(e, x);
    Reduced reduced = reduce(e, a);
    Value power = e.powerOfTwo(reduced.shifted, 0);
    Value expm1 = e.fma(power, reduced.expm1, e.sub(power, e.k(1)));
    Value sum = e.add(expm1, e.div(expm1, e.add(expm1, e.k(1))));
    Value small = e.mul(sum, e.k(0.5));
    Value size = e.select(e.lt(a, e.pick(10.0, 22.0)), small, half(e, reduced));
    return e.copySign(size, x);
  }

  /// `h + 1 / (4 h)`, where `h = e^|x| / 2`.
  static Value cosh(Real e, Value x) {
    Value h = half(e, reduce(e, forHalf(e, x)));
    return e.add(h, e.div(e.k(0.25), h));
  }
}
