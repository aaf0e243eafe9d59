package org.ntk4j.ir.op;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/// A scalar function that is constant almost everywhere.
public enum StepFn {
  /// -1, 0 or 1; zeros keep their sign, NaN stays.
  SIGN(Math::signum),
  /// The largest integer that is not greater.
  FLOOR(Math::floor),
  /// The smallest integer that is not less.
  CEIL(Math::ceil),
  /// The nearest integer, the even one of two.
  ROUND(Math::rint),
  /// The integer part.
  TRUNC(x -> x < 0 ? Math.ceil(x) : Math.floor(x));

  private final DoubleUnaryOperator value;

  StepFn(DoubleUnaryOperator value) {
    this.value = value;
  }

  /// The function's value at `x`.
  public double apply(double x) {
    return value.applyAsDouble(x);
  }

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }
}
