package org.ntk4j.ir.trace;

import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

/// Functions of one [Value], elementwise.
public sealed interface ElementwiseFunctions permits Value {

  private Value self() {
    return (Value) this;
  }

  private Value apply(UnaryFn fn) {
    return Value.emit(new Unary(fn), self());
  }

  private Value apply(StepFn fn) {
    return Value.emit(new Step(fn), self());
  }

  /// `e^x`.
  default Value exp() {
    return apply(UnaryFn.EXP);
  }

  /// `e^x - 1`, exact near 0.
  default Value expm1() {
    return apply(UnaryFn.EXPM1);
  }

  /// Natural logarithm.
  default Value log() {
    return apply(UnaryFn.LOG);
  }

  /// `log(1 + x)`, exact near 0.
  default Value log1p() {
    return apply(UnaryFn.LOG1P);
  }

  /// Sine.
  default Value sin() {
    return apply(UnaryFn.SIN);
  }

  /// Cosine.
  default Value cos() {
    return apply(UnaryFn.COS);
  }

  /// Tangent.
  default Value tan() {
    return apply(UnaryFn.TAN);
  }

  /// Hyperbolic sine.
  default Value sinh() {
    return apply(UnaryFn.SINH);
  }

  /// Hyperbolic cosine.
  default Value cosh() {
    return apply(UnaryFn.COSH);
  }

  /// Hyperbolic tangent.
  default Value tanh() {
    return apply(UnaryFn.TANH);
  }

  /// Inverse sine.
  default Value asin() {
    return apply(UnaryFn.ASIN);
  }

  /// Inverse cosine.
  default Value acos() {
    return apply(UnaryFn.ACOS);
  }

  /// Inverse tangent.
  default Value atan() {
    return apply(UnaryFn.ATAN);
  }

  /// Inverse hyperbolic sine.
  default Value asinh() {
    return apply(UnaryFn.ASINH);
  }

  /// Inverse hyperbolic cosine.
  default Value acosh() {
    return apply(UnaryFn.ACOSH);
  }

  /// Inverse hyperbolic tangent.
  default Value atanh() {
    return apply(UnaryFn.ATANH);
  }

  /// `1 / (1 + e^-x)`.
  default Value logistic() {
    return apply(UnaryFn.LOGISTIC);
  }

  /// Error function `2/√π ∫_0^x e^{-t²} dt`.
  default Value erf() {
    return apply(UnaryFn.ERF);
  }

  /// `1 - erf(x)`, exact for large `x`.
  default Value erfc() {
    return apply(UnaryFn.ERFC);
  }

  /// Square root.
  default Value sqrt() {
    return apply(UnaryFn.SQRT);
  }

  /// `1 / √x`.
  default Value rsqrt() {
    return apply(UnaryFn.RSQRT);
  }

  /// Cube root.
  default Value cbrt() {
    return apply(UnaryFn.CBRT);
  }

  /// Absolute value; derivative 0 at 0.
  default Value abs() {
    return apply(UnaryFn.ABS);
  }

  /// `1 / x`.
  default Value reciprocal() {
    return apply(UnaryFn.RECIPROCAL);
  }

  /// `log(1 + e^x)`, without overflow.
  default Value softplus() {
    return apply(UnaryFn.SOFTPLUS);
  }

  /// -1, 0 or 1; derivative 0.
  default Value sign() {
    return apply(StepFn.SIGN);
  }

  /// Largest integer `<= x`; derivative 0.
  default Value floor() {
    return apply(StepFn.FLOOR);
  }

  /// Smallest integer `>= x`; derivative 0.
  default Value ceil() {
    return apply(StepFn.CEIL);
  }

  /// Nearest integer; half to even; derivative 0.
  default Value round() {
    return apply(StepFn.ROUND);
  }

  /// Next integer toward 0; derivative 0.
  default Value trunc() {
    return apply(StepFn.TRUNC);
  }

  /// Whether an element is neither infinite nor NaN.
  default Value isFinite() {
    return Value.emit(new Classify(FloatClass.IS_FINITE), self());
  }

  /// Whether an element is NaN.
  default Value isNan() {
    return Value.emit(new Classify(FloatClass.IS_NAN), self());
  }

  /// Whether an element is infinite.
  default Value isInf() {
    return Value.emit(new Classify(FloatClass.IS_INF), self());
  }

  /// The same numbers in another dtype: toward zero to integers, `x != 0` to boolean.
  default Value cast(DType to) {
    Value x = self();
    if (x.dtype() == to) {
      return x;
    }
    boolean smooth = x.dtype().isFloating() && to.isFloating();
    return Value.emit(smooth ? new Convert(to) : new Cast(to), x);
  }
}
