package org.ntk4j.cpu.jit;

import org.ntk4j.cpu.jit.Instructions.Value;

/// The error function and its complement.
final class ErrorFunctions {
  /// `erf(x) / x - 1` in `x²`, for `|x| < 0.93`.
  private static final double[] SMALL_SINGLE = {
    0.12837916612625122,
    -0.3761262893676758,
    0.11283625662326813,
    -0.02685573324561119,
    0.005192414857447147,
    -0.0008049930329434574,
    7.997491775313392e-05
  };

  /// `-log(erfc(x))`, for `0.92 <= x <= 4`: above, erf is 1.
  private static final double[] LARGE_SINGLE = {
    0.00019540857465472072,
    1.1276767253875732,
    0.6371803879737854,
    0.10393325239419937,
    -0.022227738052606583,
    0.003043429460376501,
    -0.00019595974299591035
  };

  /// `erf(x) / x - 1` in `x²`, for `|x| <= 1`.
  private static final double[] SMALL = {
    0.1283791670955126,
    -0.3761263890318375,
    0.11283791670954858,
    -0.026866170645072938,
    0.005223977624781216,
    -0.0008548326978760188,
    0.00012055331037505267,
    -1.4925593520612312e-05,
    1.6460973027672615e-06,
    -1.6350027383102025e-07,
    1.4657894015643104e-08,
    -1.1365719729450689e-09,
    5.945351439603915e-11
  };

  /// `(1 + 2 x) e^(x²) erfc(x)` in `(x - 4) / (x + 4)`, for `0.45 <= x <= 28`.
  private static final double[] COMPLEMENT = {
    1.2329951186255526,
    -0.1396211168405625,
    0.015379652102619722,
    0.06809705425468837,
    -0.10103906603630167,
    0.0937328349985355,
    -0.06633036581231692,
    0.03716751553380258,
    -0.0161977340561401,
    0.005031970018205846,
    -0.0007577733038080139,
    -0.00019925696179930372,
    0.0001506217612675069,
    -2.439807697481562e-05,
    -1.1222339345552028e-05,
    5.706553558246284e-06,
    2.945351907854612e-07,
    -8.196103483525529e-07,
    7.358322550590964e-08,
    1.0335152975766552e-07,
    -1.7072112416582488e-08,
    -9.689038395976265e-09,
    1.5498595159363172e-09
  };

  private ErrorFunctions() {}

  static Value erf(Real e, Value x) {
    Value a = e.abs(x);
    Value small = near(e, a, e.pick(SMALL_SINGLE, SMALL));
    Value complement = e.isDouble() ? complement(e, e.atMost(a, 6)) : fastComplement(e, a);
    Value isSmall = e.lt(a, e.pick(0.925, 1.0));
    return e.copySign(e.select(isSmall, small, e.sub(e.k(1), complement)), x);
  }

  /// `1 - erf(x)` for small `|x|`, `2 - erfc(-x)` for negative ones. For `f64`.
  static Value erfc(Real e, Value x) {
    Value a = e.abs(x);
    Value near = e.sub(e.k(1), near(e, x, SMALL));
    Value far = complement(e, e.atMost(a, 28));
    Value beyond = e.select(e.lt(x, 0), e.sub(e.k(2), far), far);
    return e.select(e.lt(a, 0.5), near, beyond);
  }

  private static Value near(Real e, Value x, double[] coefficients) {
    return e.fma(x, e.poly(e.mul(x, x), coefficients), x);
  }

  private static Value fastComplement(Real e, Value a) {
    Value log = e.poly(e.atMost(a, 4), LARGE_SINGLE);
    return Exponentials.moderateExp(e, e.neg(log));
  }

  /// erfc for `0.45 <= a <= 28`.
  private static Value complement(Real e, Value a) {
    Value square = e.mul(a, a);
    Value lost = e.fma(a, a, e.neg(square));
    Value power = Exponentials.exp(e, e.neg(square), e.neg(lost));
    Value t = e.div(e.sub(a, e.k(4)), e.add(a, e.k(4)));
    Value factor = e.div(e.poly(t, COMPLEMENT), e.fma(a, 2, e.k(1)));
    return e.mul(factor, power);
  }
}
