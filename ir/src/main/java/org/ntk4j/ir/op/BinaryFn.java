package org.ntk4j.ir.op;

import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Ops;

/// A scalar function of two arguments: its value and both partial derivatives.
public enum BinaryFn {
  /// `x / y`; toward zero on integers.
  DIV((x, y) -> x / y, (b, x, y, z) -> b.reciprocal(y), (b, x, y, z) -> b.neg(b.div(z, y))),
  /// `x - y * trunc(x / y)`: the remainder with the sign of `x`.
  REM((x, y) -> x % y, (b, x, y, z) -> b.like(1, x), (b, x, y, z) -> b.neg(b.trunc(b.div(x, y)))),
  /// `x^y`, with `0^0 = 1`.
  POW(Math::pow, (b, x, y, z) -> powX(b, x, y), (b, x, y, z) -> powY(b, x, z)),
  /// The larger one; NaN wins.
  MAX(
      Math::max,
      (b, x, y, z) -> share(b, b.gt(x, y), x, y),
      (b, x, y, z) -> share(b, b.lt(x, y), x, y)),
  /// The smaller one; NaN wins.
  MIN(
      Math::min,
      (b, x, y, z) -> share(b, b.lt(x, y), x, y),
      (b, x, y, z) -> share(b, b.gt(x, y), x, y)),
  /// The angle of the point with ordinate `x` and abscissa `y`.
  ATAN2(
      Math::atan2,
      (b, x, y, z) -> b.div(y, b.add(b.mul(x, x), b.mul(y, y))),
      (b, x, y, z) -> b.neg(b.div(x, b.add(b.mul(x, x), b.mul(y, y)))));

  /// A partial derivative at `x`, `y`, where the value is `z`.
  private interface Partial {
    Atom emit(Ops b, Atom x, Atom y, Atom z);
  }

  private final DoubleBinaryOperator value;
  private final Partial byX;
  private final Partial byY;

  BinaryFn(DoubleBinaryOperator value, Partial byX, Partial byY) {
    this.value = value;
    this.byX = byX;
    this.byY = byY;
  }

  /// The function's value at `x`, `y`.
  public double apply(double x, double y) {
    return value.applyAsDouble(x, y);
  }

  /// `∂z/∂x`, where `z` is the value at `x`, `y`.
  public Atom derivativeX(Ops b, Atom x, Atom y, Atom z) {
    return byX.emit(b, x, y, z);
  }

  /// `∂z/∂y`, where `z` is the value at `x`, `y`.
  public Atom derivativeY(Ops b, Atom x, Atom y, Atom z) {
    return byY.emit(b, x, y, z);
  }

  /// Name in the text form.
  public String mnemonic() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// `y * x^(y - 1)`, 0 where `y = 0`. The exponent is replaced there too, so that no NaN arises
  /// that a further derivative would multiply by 0.
  private static Atom powX(Ops b, Atom x, Atom y) {
    Atom constant = b.eq(y, b.like(0, y));
    Atom exponent = b.select(constant, b.like(1, y), b.sub(y, b.like(1, y)));
    return b.select(constant, b.like(0, x), b.mul(y, b.pow(x, exponent)));
  }

  /// `z * log(x)`, 0 where `x = 0`, with a harmless argument of the logarithm there.
  private static Atom powY(Ops b, Atom x, Atom z) {
    Atom zero = b.eq(x, b.like(0, x));
    Atom log = b.log(b.select(zero, b.like(1, x), x));
    return b.select(zero, b.like(0, x), b.mul(z, log));
  }

  /// 1 where `wins`, 1/2 at a tie, 0 elsewhere.
  private static Atom share(Ops b, Atom wins, Atom x, Atom y) {
    Atom loses = b.select(b.eq(x, y), b.like(0.5, x), b.like(0, x));
    return b.select(wins, b.like(1, x), loses);
  }
}
