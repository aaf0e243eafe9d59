package org.ntk4j.cuda.text;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.ScalarText;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.Unary;

/// Scalar functions as expressions of CUDA C.
final class NestScalars implements ScalarText {
  private final NestCode code;

  NestScalars(NestCode code) {
    this.code = code;
  }

  @Override
  public String elementwise(Elementwise op, DType dtype, List<String> x) {
    return switch (op) {
      case Unary(var fn) -> NestFunctions.of(fn, dtype, x.get(0));
      case Binary(var fn) -> NestFunctions.of(fn, dtype, x.get(0), x.get(1));
      case IntegerPow(int exponent) -> NestFunctions.power(exponent, dtype, x.get(0), code);
    };
  }

  @Override
  public String add(DType dtype, String x, String y) {
    return dtype.isFloating() ? x + " + " + y : "ntk_add(" + x + ", " + y + ")";
  }

  @Override
  public String sub(DType dtype, String x, String y) {
    return dtype.isFloating() ? x + " - " + y : "ntk_sub(" + x + ", " + y + ")";
  }

  @Override
  public String mul(DType dtype, String x, String y) {
    return dtype.isFloating() ? x + " * " + y : "ntk_mul(" + x + ", " + y + ")";
  }

  @Override
  public String neg(DType dtype, String x) {
    return dtype.isFloating() ? "-" + x : "ntk_neg(" + x + ")";
  }

  @Override
  public String select(DType dtype, String condition, String x, String y) {
    return condition + " ? " + x + " : " + y;
  }

  @Override
  public String convert(DType from, DType to, String x) {
    if (from == to) {
      return x;
    }
    return switch (to) {
      case F32, F64 -> "(" + NestTypes.of(to) + ")" + x;
      case I32 -> from.isFloating() ? "ntk_int(" + x + ")" : "(int)" + x;
      case I64 -> from.isFloating() ? "ntk_long(" + x + ")" : "(long long)" + x;
      case BOOL -> x + " != 0";
    };
  }

  @Override
  public String compare(Comparison kind, DType dtype, String x, String y) {
    return x + NestFunctions.operator(kind) + y;
  }

  @Override
  public String logic(LogicFn fn, DType dtype, List<String> x) {
    return NestFunctions.logic(fn, dtype, x);
  }

  @Override
  public String step(StepFn fn, DType dtype, String x) {
    return NestFunctions.of(fn, dtype, x);
  }

  @Override
  public String classify(FloatClass kind, DType dtype, String x) {
    return NestFunctions.classify(kind, dtype, x);
  }

  @Override
  public String randomBits(DType to, String key, DType from, String counter) {
    String bits = "ntk_philox(" + key + ", " + counter + ")";
    return to == DType.I32 ? "(int)(" + bits + " >> 32)" : bits;
  }
}
