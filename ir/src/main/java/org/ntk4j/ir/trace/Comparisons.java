package org.ntk4j.ir.trace;

import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Select;

/// Comparison, logic and choice, elementwise with broadcasting.
public sealed interface Comparisons permits Value {

  private Value self() {
    return (Value) this;
  }

  private Value compare(Comparison kind, Value y) {
    Constants.Pair p = Constants.broadcast(kind.mnemonic(), self(), y);
    return Value.emit(new Compare(kind), p.x(), p.y());
  }

  private Value compare(Comparison kind, double y) {
    return Value.emit(new Compare(kind), self(), Constants.like(kind.mnemonic(), self(), y));
  }

  private Value logic(LogicFn fn, Value y) {
    Constants.Pair p = Constants.broadcast(fn.mnemonic(), self(), y);
    return Value.emit(new Logic(fn), p.x(), p.y());
  }

  /// `x == y`, boolean.
  default Value eq(Value y) {
    return compare(Comparison.EQ, y);
  }

  /// `x == y`, boolean.
  default Value eq(double y) {
    return compare(Comparison.EQ, y);
  }

  /// `x != y`, boolean.
  default Value ne(Value y) {
    return compare(Comparison.NE, y);
  }

  /// `x != y`, boolean.
  default Value ne(double y) {
    return compare(Comparison.NE, y);
  }

  /// `x < y`, boolean.
  default Value lt(Value y) {
    return compare(Comparison.LT, y);
  }

  /// `x < y`, boolean.
  default Value lt(double y) {
    return compare(Comparison.LT, y);
  }

  /// `x <= y`, boolean.
  default Value le(Value y) {
    return compare(Comparison.LE, y);
  }

  /// `x <= y`, boolean.
  default Value le(double y) {
    return compare(Comparison.LE, y);
  }

  /// `x > y`, boolean.
  default Value gt(Value y) {
    return compare(Comparison.GT, y);
  }

  /// `x > y`, boolean.
  default Value gt(double y) {
    return compare(Comparison.GT, y);
  }

  /// `x >= y`, boolean.
  default Value ge(Value y) {
    return compare(Comparison.GE, y);
  }

  /// `x >= y`, boolean.
  default Value ge(double y) {
    return compare(Comparison.GE, y);
  }

  /// `x and y`; bitwise on integers.
  default Value and(Value y) {
    return logic(LogicFn.AND, y);
  }

  /// `x or y`; bitwise on integers.
  default Value or(Value y) {
    return logic(LogicFn.OR, y);
  }

  /// `x xor y`; bitwise on integers.
  default Value xor(Value y) {
    return logic(LogicFn.XOR, y);
  }

  /// `not x`; bitwise on integers.
  default Value not() {
    return Value.emit(new Logic(LogicFn.NOT), self());
  }

  /// This boolean value `? x : y`, all three broadcast; the derivative of what is not chosen is 0.
  default Value where(Value x, Value y) {
    Value mask = self();
    if (mask.dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          "where: the mask has dtype " + mask.dtype() + ", not bool");
    }
    Constants.Pair p = Constants.broadcast("where", x, y);
    Constants.Pair left = Constants.broadcastShapes("where", mask, p.x());
    Constants.Pair right = Constants.broadcastShapes("where", mask, p.y());
    return Value.emit(new Select(), left.x(), left.y(), right.y());
  }

  /// This boolean value `? x : y`.
  default Value where(Value x, double y) {
    return where(x, Constants.scalar("where", x, y));
  }

  /// This boolean value `? x : y`.
  default Value where(double x, Value y) {
    return where(Constants.scalar("where", y, x), y);
  }
}
