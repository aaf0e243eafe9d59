package org.ntk4j.ir.trace;

import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Sub;

/// Binary arithmetic of a [Value], elementwise with broadcasting.
///
/// A `double` operand takes the dtype of the value; one that this dtype cannot hold is an error.
public sealed interface Arithmetic permits Value {

  private Value self() {
    return (Value) this;
  }

  private Value apply(String what, Primitive op, Value y) {
    Constants.Pair p = Constants.broadcast(what, self(), y);
    return Value.emit(op, p.x(), p.y());
  }

  private Value apply(String what, Primitive op, double y) {
    return Value.emit(op, self(), Constants.like(what, self(), y));
  }

  /// `x + y`.
  default Value add(Value y) {
    return apply("add", new Add(), y);
  }

  /// `x + y`.
  default Value add(double y) {
    return apply("add", new Add(), y);
  }

  /// `x - y`.
  default Value sub(Value y) {
    return apply("sub", new Sub(), y);
  }

  /// `x - y`.
  default Value sub(double y) {
    return apply("sub", new Sub(), y);
  }

  /// `y - x`.
  default Value subFrom(double y) {
    return Value.emit(new Sub(), Constants.like("subFrom", self(), y), self());
  }

  /// `x * y`.
  default Value mul(Value y) {
    return apply("mul", new Mul(), y);
  }

  /// `x * y`.
  default Value mul(double y) {
    return apply("mul", new Mul(), y);
  }

  /// `x / y`; toward zero for integers.
  default Value div(Value y) {
    return apply("div", new Binary(BinaryFn.DIV), y);
  }

  /// `x / y`; toward zero for integers.
  default Value div(double y) {
    return apply("div", new Binary(BinaryFn.DIV), y);
  }

  /// `y / x`.
  default Value divInto(double y) {
    return Value.emit(new Binary(BinaryFn.DIV), Constants.like("divInto", self(), y), self());
  }

  /// `-x`.
  default Value neg() {
    return Value.emit(new Neg(), self());
  }

  /// The remainder of `x / y` with the sign of `x`, as `%` in Java.
  default Value rem(Value y) {
    return apply("rem", new Binary(BinaryFn.REM), y);
  }

  /// The remainder of `x / y` with the sign of `x`, as `%` in Java.
  default Value rem(double y) {
    return apply("rem", new Binary(BinaryFn.REM), y);
  }

  /// `x^y`.
  default Value pow(Value y) {
    return apply("pow", new Binary(BinaryFn.POW), y);
  }

  /// `x^y`; exact and defined for every `x` if `y` is an integer.
  default Value pow(double y) {
    if (y == (int) y) {
      return Value.emit(new IntegerPow((int) y), self());
    }
    return apply("pow", new Binary(BinaryFn.POW), y);
  }

  /// `x * x`.
  default Value square() {
    return Value.emit(new Mul(), self(), self());
  }

  /// The larger of `x` and `y`; at a tie each has half the derivative; NaN wins.
  default Value maximum(Value y) {
    return apply("maximum", new Binary(BinaryFn.MAX), y);
  }

  /// The larger of `x` and `y`; at a tie `x` has half the derivative; NaN wins.
  default Value maximum(double y) {
    return apply("maximum", new Binary(BinaryFn.MAX), y);
  }

  /// The smaller of `x` and `y`; at a tie each has half the derivative; NaN wins.
  default Value minimum(Value y) {
    return apply("minimum", new Binary(BinaryFn.MIN), y);
  }

  /// The smaller of `x` and `y`; at a tie `x` has half the derivative; NaN wins.
  default Value minimum(double y) {
    return apply("minimum", new Binary(BinaryFn.MIN), y);
  }

  /// `min(max(x, lo), hi)`, with derivative 1 within the bounds and 0 beyond them.
  default Value clip(double lo, double hi) {
    if (!(lo <= hi)) {
      throw new IllegalArgumentException("clip: the bounds " + lo + " and " + hi + " are reversed");
    }
    Value x = self();
    Value low = x.lt(lo).where(lo, x);
    return x.gt(hi).where(hi, low);
  }

  /// The angle of the point `(y, x)` where this value is the ordinate: `atan2(this, x)`.
  default Value atan2(Value x) {
    return apply("atan2", new Binary(BinaryFn.ATAN2), x);
  }
}
