package org.ntk4j.ir.op;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Ops;

/// A scalar function. One row is all there is to say about it: its value, and its derivative at
/// `x`, where the value is `y`.
public enum UnaryFn {
  /// `e^x`.
  EXP(Math::exp, (b, x, y) -> y),
  /// `e^x - 1`.
  EXPM1(Math::expm1, (b, x, y) -> b.add(y, b.like(1, y))),
  /// Natural logarithm.
  LOG(Math::log, (b, x, y) -> b.reciprocal(x)),
  /// `log(1 + x)`.
  LOG1P(Math::log1p, (b, x, y) -> b.reciprocal(b.add(b.like(1, x), x))),
  /// Sine.
  SIN(Math::sin, (b, x, y) -> b.cos(x)),
  /// Cosine.
  COS(Math::cos, (b, x, y) -> b.neg(b.sin(x))),
  /// Tangent.
  TAN(Math::tan, (b, x, y) -> b.add(b.like(1, y), b.mul(y, y))),
  /// Hyperbolic sine.
  SINH(Math::sinh, (b, x, y) -> b.cosh(x)),
  /// Hyperbolic cosine.
  COSH(Math::cosh, (b, x, y) -> b.sinh(x)),
  /// Inverse sine.
  ASIN(Math::asin, (b, x, y) -> b.rsqrt(oneMinusSquare(b, x))),
  /// Inverse cosine.
  ACOS(Math::acos, (b, x, y) -> b.neg(b.rsqrt(oneMinusSquare(b, x)))),
  /// Inverse tangent.
  ATAN(Math::atan, (b, x, y) -> b.reciprocal(b.add(b.like(1, x), b.mul(x, x)))),
  /// Inverse hyperbolic sine.
  ASINH(Special::asinh, (b, x, y) -> b.rsqrt(b.add(b.like(1, x), b.mul(x, x)))),
  /// Inverse hyperbolic cosine, for `x >= 1`.
  ACOSH(
      Special::acosh, (b, x, y) -> b.rsqrt(b.mul(b.sub(x, b.like(1, x)), b.add(x, b.like(1, x))))),
  /// Inverse hyperbolic tangent.
  ATANH(Special::atanh, (b, x, y) -> b.reciprocal(oneMinusSquare(b, x))),
  /// Hyperbolic tangent.
  TANH(Math::tanh, (b, x, y) -> oneMinusSquare(b, y)),
  /// `1 / (1 + e^-x)`.
  LOGISTIC(Special::logistic, (b, x, y) -> b.mul(y, b.sub(b.like(1, y), y))),
  /// `2/√π ∫_0^x e^(-t²) dt`.
  ERF(Special::erf, (b, x, y) -> b.scale(b.exp(b.neg(b.mul(x, x))), Special.TWO_OVER_SQRT_PI)),
  /// `1 - erf(x)`, accurate where that is small.
  ERFC(Special::erfc, (b, x, y) -> b.scale(b.exp(b.neg(b.mul(x, x))), -Special.TWO_OVER_SQRT_PI)),
  /// Square root.
  SQRT(Math::sqrt, (b, x, y) -> b.scale(b.reciprocal(y), 0.5)),
  /// `1 / √x`.
  RSQRT(x -> 1 / Math.sqrt(x), (b, x, y) -> b.scale(b.mul(y, b.mul(y, y)), -0.5)),
  /// Cube root, also of negative numbers.
  CBRT(Math::cbrt, (b, x, y) -> b.scale(b.reciprocal(b.mul(y, y)), 1.0 / 3)),
  /// Absolute value; the derivative at 0 is 0.
  ABS(Math::abs, (b, x, y) -> b.sign(x)),
  /// `1 / x`.
  RECIPROCAL(x -> 1 / x, (b, x, y) -> b.neg(b.mul(y, y))),
  /// `log(1 + e^x)`.
  SOFTPLUS(Special::softplus, (b, x, y) -> b.logistic(x));

  /// A derivative at `x`, where the value is `y`.
  private interface Derivative {
    Atom emit(Ops b, Atom x, Atom y);
  }

  private final DoubleUnaryOperator value;
  private final Derivative derivative;

  UnaryFn(DoubleUnaryOperator value, Derivative derivative) {
    this.value = value;
    this.derivative = derivative;
  }

  /// The function's value at `x`.
  public double apply(double x) {
    return value.applyAsDouble(x);
  }

  /// `dy/dx` at `x`, where `y` is the value at `x`.
  public Atom derivative(Ops b, Atom x, Atom y) {
    return derivative.emit(b, x, y);
  }

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// `1 - x²` without cancellation near 1.
  private static Atom oneMinusSquare(Ops b, Atom x) {
    return b.mul(b.sub(b.like(1, x), x), b.add(b.like(1, x), x));
  }
}
