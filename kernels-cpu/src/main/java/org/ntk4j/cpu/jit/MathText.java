package org.ntk4j.cpu.jit;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.Instructions.Value;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.UnaryFn;

/// Scalar functions as LLVM IR: without branches and calls, so that the loops they are inlined into
/// become vector code. Only `rem` calls the C library, and so do the sine, cosine and tangent of
/// arguments above `2^49` ([FarAngles]); powers of integers have a loop.
///
/// Every function of floating-point numbers is within 3 units in the last place of the exact value,
/// `exp`, `log`, `log1p`, `sin`, `cos`, `erf`, `cbrt`, `pow` and `atan` within 2; in `f32` what is
/// evaluated in `f64` is rounded right but for rare ties: `tan`, `erfc`, `cbrt`, `pow`, `atan2` and
/// the inverse functions. Results that are not normal numbers are rounded like others. Special
/// values are those of the functions in `org.ntk4j.ir.op`.
public final class MathText {
  /// Up to here powers are multiplied out.
  private static final int MULTIPLIED_MAX = 8;

  private MathText() {}

  /// A function's definition, and those of functions that only it calls. A module may contain it
  /// once.
  ///
  /// @param name without `@`
  /// @param type of its parameters and of its result, e.g. `float`
  public record Definition(String name, String type, String text) {
    /// The call of it, to stand at the right of `=`.
    public String call(String... arguments) {
      StringBuilder list = new StringBuilder();
      for (String argument : arguments) {
        list.append(list.isEmpty() ? "" : ", ").append(type).append(' ').append(argument);
      }
      return "call " + type + " @" + name + "(" + list + ")";
    }

    private Definition with(String called) {
      return new Definition(name, type, text + called);
    }
  }

  /// `fn(x)`; for integers `abs` only.
  public static Definition define(UnaryFn fn, DType dtype) {
    if (!dtype.isFloating()) {
      return IntegerText.define(fn, dtype);
    }
    Definition function = unary(fn.mnemonic(), dtype, (e, x) -> emit(fn, e, x));
    boolean hasAngles = fn == UnaryFn.SIN || fn == UnaryFn.COS || fn == UnaryFn.TAN;
    return hasAngles ? function.with(FarAngles.text(fn.mnemonic(), dtype)) : function;
  }

  /// `fn(x, y)`; for integers all but `atan2`.
  public static Definition define(BinaryFn fn, DType dtype) {
    if (!dtype.isFloating()) {
      return IntegerText.define(fn, dtype);
    }
    Instructions code = new Instructions();
    Real e = new Real(code, dtype);
    Value result = emit(fn, e, parameter(dtype, "x"), parameter(dtype, "y"));
    return definition(fn.mnemonic(), dtype, List.of("x", "y"), code, result);
  }

  /// `fn(x)`; for integers `sign` only.
  public static Definition define(StepFn fn, DType dtype) {
    if (!dtype.isFloating()) {
      return IntegerText.define(fn, dtype);
    }
    return unary(fn.mnemonic(), dtype, (e, x) -> emit(fn, e, x));
  }

  /// `x^exponent`; for integers where the exponent is not negative.
  public static Definition integerPow(int exponent, DType dtype) {
    String name = "pow" + (exponent < 0 ? "m" : "") + Math.abs((long) exponent);
    if (!dtype.isFloating()) {
      return IntegerText.power(name, exponent, dtype);
    }
    return unary(
        name,
        dtype,
        (e, x) ->
            Math.abs((long) exponent) <= MULTIPLIED_MAX
                ? Powers.integer(e, x, exponent)
                : pow(e, x, e.k(exponent)));
  }

  private interface Emission {
    Value emit(Real e, Value x);
  }

  private static Definition unary(String name, DType dtype, Emission emission) {
    Instructions code = new Instructions();
    Value result = emission.emit(new Real(code, dtype), parameter(dtype, "x"));
    return definition(name, dtype, List.of("x"), code, result);
  }

  private static Value parameter(DType dtype, String name) {
    return new Value(LlvmType.of(dtype), "%" + name);
  }

  private static Definition definition(
      String function, DType dtype, List<String> parameters, Instructions code, Value result) {
    String type = LlvmType.of(dtype);
    String name = "ntk4j." + function + "." + dtype;
    List<String> list = parameters.stream().map(p -> type + " %" + p).toList();
    String text =
        "define internal "
            + type
            + " @"
            + name
            + "("
            + String.join(", ", list)
            + ") alwaysinline nounwind {\n"
            + code.text()
            + "  ret "
            + result.typed()
            + "\n}\n";
    return new Definition(name, type, text);
  }

  private static Value emit(UnaryFn fn, Real e, Value x) {
    return switch (fn) {
      case EXP -> Exponentials.exp(e, x);
      case EXPM1 -> Exponentials.expm1(e, x);
      case LOG -> Logarithms.log(e, x);
      case LOG1P -> Logarithms.log1p(e, x);
      case SIN -> FarAngles.of(e, "sin", x, Trigonometry.sin(e, x));
      case COS -> FarAngles.of(e, "cos", x, Trigonometry.cos(e, x));
      case TAN -> FarAngles.of(e, "tan", x, wide(e, x, d -> Trigonometry.tan(e.wide(), d)));
      case SINH -> Exponentials.sinh(e, x);
      case COSH -> Exponentials.cosh(e, x);
      case ASIN -> wide(e, x, d -> Trigonometry.asin(e.wide(), d));
      case ACOS -> wide(e, x, d -> Trigonometry.acos(e.wide(), d));
      case ATAN -> wide(e, x, d -> Trigonometry.atan(e.wide(), d));
      case ASINH -> wide(e, x, d -> Logarithms.asinh(e.wide(), d));
      case ACOSH -> wide(e, x, d -> Logarithms.acosh(e.wide(), d));
      case ATANH -> wide(e, x, d -> Logarithms.atanh(e.wide(), d));
      case TANH -> Exponentials.tanh(e, x);
      case LOGISTIC -> Exponentials.logistic(e, x);
      case ERF -> ErrorFunctions.erf(e, x);
      case ERFC -> wide(e, x, d -> ErrorFunctions.erfc(e.wide(), d));
      case SQRT -> e.sqrt(x);
      case RSQRT -> e.div(e.k(1), e.sqrt(x));
      case CBRT -> wide(e, x, d -> Powers.cbrt(e.wide(), d));
      case ABS -> e.abs(x);
      case RECIPROCAL -> e.div(e.k(1), x);
      case SOFTPLUS -> Exponentials.softplus(e, x);
    };
  }

  private static Value emit(BinaryFn fn, Real e, Value x, Value y) {
    return switch (fn) {
      case DIV -> e.div(x, y);
      case REM -> e.rem(x, y);
      case POW -> pow(e, x, y);
      case MAX -> e.intrinsic("maximum", x, y);
      case MIN -> e.intrinsic("minimum", x, y);
      case ATAN2 -> wide(e, x, y, (a, b) -> Trigonometry.atan2(e.wide(), a, b));
    };
  }

  private static Value emit(StepFn fn, Real e, Value x) {
    return switch (fn) {
      case SIGN -> e.select(e.gt(e.abs(x), 0), e.copySign(e.k(1), x), x);
      case FLOOR -> e.intrinsic("floor", x);
      case CEIL -> e.intrinsic("ceil", x);
      case ROUND -> e.intrinsic("roundeven", x);
      case TRUNC -> e.intrinsic("trunc", x);
    };
  }

  private static Value pow(Real e, Value x, Value y) {
    return e.isDouble()
        ? Powers.pow(e, x, y)
        : wide(e, x, y, (a, b) -> Powers.coarsePow(e.wide(), a, b));
  }

  /// In `f64`, rounded at the end.
  private static Value wide(Real e, Value x, UnaryOperator<Value> function) {
    return e.narrow(function.apply(e.widen(x)));
  }

  private static Value wide(Real e, Value x, Value y, BinaryOperator<Value> function) {
    return e.narrow(function.apply(e.widen(x), e.widen(y)));
  }
}
