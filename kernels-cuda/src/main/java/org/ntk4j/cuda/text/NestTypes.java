package org.ntk4j.cuda.text;

import java.util.Locale;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.LoopNest.Combine;

/// Dtypes, constants and combinations of numbers in CUDA C.
final class NestTypes {
  private NestTypes() {}

  static String of(DType dtype) {
    return switch (dtype) {
      case F32 -> "float";
      case F64 -> "double";
      case I32 -> "int";
      case I64 -> "long long";
      case BOOL -> "bool";
    };
  }

  /// A constant given by the bits of a literal.
  static String constant(DType dtype, long bits) {
    return switch (dtype) {
      case F32 -> number((float) Double.longBitsToDouble(bits));
      case F64 -> number(Double.longBitsToDouble(bits));
      case I32 -> integer((int) bits);
      case I64 -> integer(bits);
      case BOOL -> bits != 0 ? "true" : "false";
    };
  }

  static String number(double x) {
    if (Double.isNaN(x)) {
      return "(double)NTK_NAN";
    }
    if (Double.isInfinite(x)) {
      return x > 0 ? "(double)NTK_INFINITY" : "(double)-NTK_INFINITY";
    }
    return signed(Double.toString(x));
  }

  static String number(float x) {
    if (Float.isNaN(x)) {
      return "NTK_NAN";
    }
    if (Float.isInfinite(x)) {
      return x > 0 ? "NTK_INFINITY" : "(-NTK_INFINITY)";
    }
    return signed(Float.toString(x) + "f");
  }

  private static String integer(int x) {
    return x == Integer.MIN_VALUE ? "(-2147483647 - 1)" : signed(Integer.toString(x));
  }

  private static String integer(long x) {
    return x == Long.MIN_VALUE ? "(-9223372036854775807LL - 1)" : signed(x + "LL");
  }

  private static String signed(String number) {
    return number.startsWith("-") ? "(" + number + ")" : number.toLowerCase(Locale.ROOT);
  }

  /// `x` and `y` combined.
  static String combine(Combine how, DType dtype, String x, String y) {
    boolean floating = dtype.isFloating();
    boolean bool = dtype == DType.BOOL;
    return switch (how) {
      case SET -> y;
      case ADD -> bool ? x + " || " + y : floating ? x + " + " + y : call("ntk_add", x, y);
      case MUL -> bool ? x + " && " + y : floating ? x + " * " + y : call("ntk_mul", x, y);
      case MAX -> bool ? x + " || " + y : call("ntk_max", x, y);
      case MIN -> bool ? x + " && " + y : call("ntk_min", x, y);
    };
  }

  /// The function that combines with an element that other threads combine with, too.
  static String atomic(Combine how, DType dtype) {
    boolean bool = dtype == DType.BOOL;
    return switch (how) {
      case SET -> throw new IllegalStateException("bug: nothing to combine");
      case ADD -> bool ? "ntk_atomic_or" : "ntk_atomic_add";
      case MUL -> bool ? "ntk_atomic_and" : "ntk_atomic_mul";
      case MAX -> bool ? "ntk_atomic_or" : "ntk_atomic_max";
      case MIN -> bool ? "ntk_atomic_and" : "ntk_atomic_min";
    };
  }

  private static String call(String function, String x, String y) {
    return function + "(" + x + ", " + y + ")";
  }

  /// What changes nothing.
  static String neutral(Combine how, DType dtype) {
    return switch (how) {
      case SET -> throw new IllegalStateException("bug: nothing to combine");
      case ADD ->
          switch (dtype) {
            case F32 -> number(-0.0f);
            case F64 -> number(-0.0);
            case I32, I64, BOOL -> constant(dtype, 0);
          };
      case MUL ->
          dtype.isFloating() ? constant(dtype, Double.doubleToLongBits(1)) : constant(dtype, 1);
      case MAX ->
          switch (dtype) {
            case F32, F64 -> constant(dtype, Double.doubleToLongBits(Double.NEGATIVE_INFINITY));
            case I32 -> constant(dtype, Integer.MIN_VALUE);
            case I64 -> constant(dtype, Long.MIN_VALUE);
            case BOOL -> "false";
          };
      case MIN ->
          switch (dtype) {
            case F32, F64 -> constant(dtype, Double.doubleToLongBits(Double.POSITIVE_INFINITY));
            case I32 -> constant(dtype, Integer.MAX_VALUE);
            case I64 -> constant(dtype, Long.MAX_VALUE);
            case BOOL -> "true";
          };
    };
  }
}
