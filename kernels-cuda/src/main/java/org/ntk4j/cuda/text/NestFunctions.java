package org.ntk4j.cuda.text;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.UnaryFn;

/// Scalar functions in CUDA C; their operands are names or constants.
final class NestFunctions {
  /// Up to here powers are multiplied out.
  private static final int MULTIPLIED_MAX = 8;

  private NestFunctions() {}

  static String of(UnaryFn fn, DType dtype, String x) {
    if (!dtype.isFloating()) {
      if (fn != UnaryFn.ABS) {
        throw new IllegalStateException("bug: " + fn.mnemonic() + " of " + dtype);
      }
      return "ntk_abs(" + x + ")";
    }
    return switch (fn) {
      case EXP, EXPM1, LOG, LOG1P -> library(fn.mnemonic(), dtype, x);
      case SIN, COS, TAN, SINH, COSH, TANH -> library(fn.mnemonic(), dtype, x);
      case ASIN, ACOS, ATAN, ASINH, ACOSH, ATANH -> library(fn.mnemonic(), dtype, x);
      case ERF, ERFC, SQRT, CBRT -> library(fn.mnemonic(), dtype, x);
      case LOGISTIC -> "ntk_logistic(" + x + ")";
      case RSQRT -> one(dtype) + " / " + library("sqrt", dtype, x);
      case ABS -> library("fabs", dtype, x);
      case RECIPROCAL -> one(dtype) + " / " + x;
      case SOFTPLUS -> "ntk_softplus(" + x + ")";
    };
  }

  static String of(BinaryFn fn, DType dtype, String x, String y) {
    boolean floating = dtype.isFloating();
    String both = x + ", " + y;
    return switch (fn) {
      case DIV -> floating ? x + " / " + y : "ntk_div(" + both + ")";
      case REM -> floating ? library("fmod", dtype, both) : "ntk_rem(" + both + ")";
      case POW -> "ntk_pow(" + both + ")";
      case MAX -> "ntk_max(" + both + ")";
      case MIN -> "ntk_min(" + both + ")";
      case ATAN2 -> library("atan2", dtype, both);
    };
  }

  static String of(StepFn fn, DType dtype, String x) {
    return switch (fn) {
      case SIGN -> "ntk_sign(" + x + ")";
      case FLOOR -> library("floor", dtype, x);
      case CEIL -> library("ceil", dtype, x);
      case ROUND -> library("rint", dtype, x);
      case TRUNC -> library("trunc", dtype, x);
    };
  }

  private static String library(String name, DType dtype, String arguments) {
    return name + (dtype == DType.F32 ? "f" : "") + "(" + arguments + ")";
  }

  private static String one(DType dtype) {
    return NestTypes.constant(dtype, Double.doubleToLongBits(1));
  }

  /// `x^exponent`.
  static String power(int exponent, DType dtype, String x, NestCode code) {
    if (!dtype.isFloating()) {
      return "ntk_pow(" + x + ", " + NestTypes.constant(dtype, exponent) + ")";
    }
    if (Math.abs((long) exponent) > MULTIPLIED_MAX) {
      String y = NestTypes.constant(dtype, Double.doubleToLongBits(exponent));
      return "ntk_pow(" + x + ", " + y + ")";
    }
    String size = product(Math.abs(exponent), dtype, x, code);
    return exponent < 0 ? one(dtype) + " / " + size : size;
  }

  /// By squarings.
  private static String product(int exponent, DType dtype, String x, NestCode code) {
    if (exponent == 0) {
      return one(dtype);
    }
    if (exponent == 1) {
      return x;
    }
    String half = product(exponent / 2, dtype, x, code);
    String square = code.define("v", NestTypes.of(dtype), half + " * " + half);
    return exponent % 2 == 0 ? square : code.define("v", NestTypes.of(dtype), square + " * " + x);
  }

  static String operator(Comparison kind) {
    return switch (kind) {
      case EQ -> " == ";
      case NE -> " != ";
      case LT -> " < ";
      case LE -> " <= ";
      case GT -> " > ";
      case GE -> " >= ";
    };
  }

  static String logic(LogicFn fn, DType dtype, List<String> x) {
    boolean bool = dtype == DType.BOOL;
    return switch (fn) {
      case NOT -> (bool ? "!" : "~") + x.get(0);
      case AND -> x.get(0) + (bool ? " && " : " & ") + x.get(1);
      case OR -> x.get(0) + (bool ? " || " : " | ") + x.get(1);
      case XOR -> x.get(0) + (bool ? " != " : " ^ ") + x.get(1);
    };
  }

  static String classify(FloatClass kind, DType dtype, String x) {
    return switch (kind) {
      case IS_FINITE -> library("fabs", dtype, x) + " < NTK_INFINITY";
      case IS_NAN -> x + " != " + x;
      case IS_INF -> library("fabs", dtype, x) + " == NTK_INFINITY";
    };
  }
}
