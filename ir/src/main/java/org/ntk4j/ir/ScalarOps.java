package org.ntk4j.ir;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

/// Methods that append elementwise primitives. Operands have equal avals: nothing is broadcast.
public sealed interface ScalarOps permits Ops {

  /// Appends `op(in)` and returns its results.
  ///
  /// @throws IrException if the operands break a constraint of `op`
  List<Var> emitAll(Primitive op, List<? extends Atom> in);

  /// Appends `op(in)`, which has one result.
  default Var emit(Primitive op, List<? extends Atom> in) {
    List<Var> out = emitAll(op, in);
    if (out.size() != 1) {
      throw new IllegalStateException("bug: " + op.mnemonic() + " has " + out.size() + " results");
    }
    return out.getFirst();
  }

  /// Appends `op(in)`, which has one result.
  default Var emit(Primitive op, Atom... in) {
    return emit(op, List.of(in));
  }

  /// A tensor of `value` everywhere.
  default Literal fill(double value, Aval aval) {
    return Literal.of(value, aval);
  }

  /// A tensor of `value` everywhere, with the aval of `x`.
  default Literal like(double value, Atom x) {
    return Literal.of(value, x.aval());
  }

  /// `x + y`.
  default Var add(Atom x, Atom y) {
    return emit(new Add(), x, y);
  }

  /// `x - y`.
  default Var sub(Atom x, Atom y) {
    return emit(new Sub(), x, y);
  }

  /// `-x`.
  default Var neg(Atom x) {
    return emit(new Neg(), x);
  }

  /// `x * y`.
  default Var mul(Atom x, Atom y) {
    return emit(new Mul(), x, y);
  }

  /// `c * x`.
  default Var scale(Atom x, double c) {
    return mul(x, like(c, x));
  }

  /// `x^exponent`.
  default Var integerPow(Atom x, int exponent) {
    return emit(new IntegerPow(exponent), x);
  }

  /// `fn(x)`.
  default Var unary(UnaryFn fn, Atom x) {
    return emit(new Unary(fn), x);
  }

  /// See [UnaryFn#EXP].
  default Var exp(Atom x) {
    return unary(UnaryFn.EXP, x);
  }

  /// See [UnaryFn#EXPM1].
  default Var expm1(Atom x) {
    return unary(UnaryFn.EXPM1, x);
  }

  /// See [UnaryFn#LOG].
  default Var log(Atom x) {
    return unary(UnaryFn.LOG, x);
  }

  /// See [UnaryFn#LOG1P].
  default Var log1p(Atom x) {
    return unary(UnaryFn.LOG1P, x);
  }

  /// See [UnaryFn#SIN].
  default Var sin(Atom x) {
    return unary(UnaryFn.SIN, x);
  }

  /// See [UnaryFn#COS].
  default Var cos(Atom x) {
    return unary(UnaryFn.COS, x);
  }

  /// See [UnaryFn#TAN].
  default Var tan(Atom x) {
    return unary(UnaryFn.TAN, x);
  }

  /// See [UnaryFn#SINH].
  default Var sinh(Atom x) {
    return unary(UnaryFn.SINH, x);
  }

  /// See [UnaryFn#COSH].
  default Var cosh(Atom x) {
    return unary(UnaryFn.COSH, x);
  }

  /// See [UnaryFn#ASIN].
  default Var asin(Atom x) {
    return unary(UnaryFn.ASIN, x);
  }

  /// See [UnaryFn#ACOS].
  default Var acos(Atom x) {
    return unary(UnaryFn.ACOS, x);
  }

  /// See [UnaryFn#ATAN].
  default Var atan(Atom x) {
    return unary(UnaryFn.ATAN, x);
  }

  /// See [UnaryFn#ASINH].
  default Var asinh(Atom x) {
    return unary(UnaryFn.ASINH, x);
  }

  /// See [UnaryFn#ACOSH].
  default Var acosh(Atom x) {
    return unary(UnaryFn.ACOSH, x);
  }

  /// See [UnaryFn#ATANH].
  default Var atanh(Atom x) {
    return unary(UnaryFn.ATANH, x);
  }

  /// See [UnaryFn#TANH].
  default Var tanh(Atom x) {
    return unary(UnaryFn.TANH, x);
  }

  /// See [UnaryFn#LOGISTIC].
  default Var logistic(Atom x) {
    return unary(UnaryFn.LOGISTIC, x);
  }

  /// See [UnaryFn#ERF].
  default Var erf(Atom x) {
    return unary(UnaryFn.ERF, x);
  }

  /// See [UnaryFn#ERFC].
  default Var erfc(Atom x) {
    return unary(UnaryFn.ERFC, x);
  }

  /// See [UnaryFn#SQRT].
  default Var sqrt(Atom x) {
    return unary(UnaryFn.SQRT, x);
  }

  /// See [UnaryFn#RSQRT].
  default Var rsqrt(Atom x) {
    return unary(UnaryFn.RSQRT, x);
  }

  /// See [UnaryFn#CBRT].
  default Var cbrt(Atom x) {
    return unary(UnaryFn.CBRT, x);
  }

  /// See [UnaryFn#ABS].
  default Var abs(Atom x) {
    return unary(UnaryFn.ABS, x);
  }

  /// See [UnaryFn#RECIPROCAL].
  default Var reciprocal(Atom x) {
    return unary(UnaryFn.RECIPROCAL, x);
  }

  /// See [UnaryFn#SOFTPLUS].
  default Var softplus(Atom x) {
    return unary(UnaryFn.SOFTPLUS, x);
  }

  /// `fn(x, y)`.
  default Var binary(BinaryFn fn, Atom x, Atom y) {
    return emit(new Binary(fn), x, y);
  }

  /// See [BinaryFn#DIV].
  default Var div(Atom x, Atom y) {
    return binary(BinaryFn.DIV, x, y);
  }

  /// See [BinaryFn#REM].
  default Var rem(Atom x, Atom y) {
    return binary(BinaryFn.REM, x, y);
  }

  /// See [BinaryFn#POW].
  default Var pow(Atom x, Atom y) {
    return binary(BinaryFn.POW, x, y);
  }

  /// See [BinaryFn#MAX].
  default Var max(Atom x, Atom y) {
    return binary(BinaryFn.MAX, x, y);
  }

  /// See [BinaryFn#MIN].
  default Var min(Atom x, Atom y) {
    return binary(BinaryFn.MIN, x, y);
  }

  /// See [BinaryFn#ATAN2].
  default Var atan2(Atom x, Atom y) {
    return binary(BinaryFn.ATAN2, x, y);
  }

  /// `fn(x)`.
  default Var step(StepFn fn, Atom x) {
    return emit(new Step(fn), x);
  }

  /// See [StepFn#SIGN].
  default Var sign(Atom x) {
    return step(StepFn.SIGN, x);
  }

  /// See [StepFn#FLOOR].
  default Var floor(Atom x) {
    return step(StepFn.FLOOR, x);
  }

  /// See [StepFn#CEIL].
  default Var ceil(Atom x) {
    return step(StepFn.CEIL, x);
  }

  /// See [StepFn#ROUND].
  default Var round(Atom x) {
    return step(StepFn.ROUND, x);
  }

  /// See [StepFn#TRUNC].
  default Var trunc(Atom x) {
    return step(StepFn.TRUNC, x);
  }

  /// `x < y` and so on, boolean.
  default Var compare(Comparison kind, Atom x, Atom y) {
    return emit(new Compare(kind), x, y);
  }

  /// `x = y`, boolean.
  default Var eq(Atom x, Atom y) {
    return compare(Comparison.EQ, x, y);
  }

  /// `x ≠ y`, boolean.
  default Var ne(Atom x, Atom y) {
    return compare(Comparison.NE, x, y);
  }

  /// `x < y`, boolean.
  default Var lt(Atom x, Atom y) {
    return compare(Comparison.LT, x, y);
  }

  /// `x ≤ y`, boolean.
  default Var le(Atom x, Atom y) {
    return compare(Comparison.LE, x, y);
  }

  /// `x > y`, boolean.
  default Var gt(Atom x, Atom y) {
    return compare(Comparison.GT, x, y);
  }

  /// `x ≥ y`, boolean.
  default Var ge(Atom x, Atom y) {
    return compare(Comparison.GE, x, y);
  }

  /// `fn(in..)`, boolean or bitwise.
  default Var logic(LogicFn fn, Atom... in) {
    return emit(new Logic(fn), in);
  }

  /// `not x`.
  default Var not(Atom x) {
    return logic(LogicFn.NOT, x);
  }

  /// `x and y`.
  default Var and(Atom x, Atom y) {
    return logic(LogicFn.AND, x, y);
  }

  /// `x or y`.
  default Var or(Atom x, Atom y) {
    return logic(LogicFn.OR, x, y);
  }

  /// `x xor y`.
  default Var xor(Atom x, Atom y) {
    return logic(LogicFn.XOR, x, y);
  }

  /// Whether `x` is of `kind`, boolean.
  default Var classify(FloatClass kind, Atom x) {
    return emit(new Classify(kind), x);
  }

  /// `p ? x : y`.
  default Var select(Atom p, Atom x, Atom y) {
    return emit(new Select(), p, x, y);
  }

  /// `x` with derivative 0.
  default Var stopGradient(Atom x) {
    return emit(new StopGradient(), x);
  }

  /// `x` as `to`: a `convert`, a `cast`, or `x` itself if it has that dtype.
  default Atom convert(Atom x, DType to) {
    if (x.aval().dtype() == to) {
      return x;
    }
    boolean floating = x.aval().isFloating() && to.isFloating();
    return emit(floating ? new Convert(to) : new Cast(to), x);
  }
}
