package org.ntk4j.cuda.text;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.schedule.Expr.Apply;

/// Elementwise primitives on scalars, with the reference evaluator's meaning; of `random_bits` the
/// operands are the key and the number of the element. Operands are names or constants.
final class NestScalars {
  private NestScalars() {}

  /// The value of `e` for operands `x`.
  static String of(Apply e, List<String> x, NestCode code) {
    DType dtype = e.dtype();
    return switch (e.op()) {
      case Elementwise op ->
          switch (op) {
            case Unary(var fn) -> NestFunctions.of(fn, dtype, x.get(0));
            case Binary(var fn) -> NestFunctions.of(fn, dtype, x.get(0), x.get(1));
            case IntegerPow(int exponent) -> NestFunctions.power(exponent, dtype, x.get(0), code);
          };
      case Multilinear op -> of(op, e, x);
      case PiecewiseConstant op -> of(op, e, x);
      case Nonlinear op -> throw notScalar(op);
      case HigherOrder op -> throw notScalar(op);
    };
  }

  private static String of(Multilinear op, Apply e, List<String> x) {
    DType dtype = e.dtype();
    return switch (op) {
      case Add _ -> arithmetic("+", "ntk_add", dtype, x);
      case Sub _ -> arithmetic("-", "ntk_sub", dtype, x);
      case Mul _ -> arithmetic("*", "ntk_mul", dtype, x);
      case Neg _ -> dtype.isFloating() ? "-" + x.get(0) : "ntk_neg(" + x.get(0) + ")";
      case Select _ -> x.get(0) + " ? " + x.get(1) + " : " + x.get(2);
      case Convert _ -> convert(operand(e), dtype, x.get(0));
      case Contract _,
          Conv _,
          ReduceSum _,
          WindowSum _,
          CumSum _,
          Broadcast _,
          Reshape _,
          Transpose _,
          Slice _,
          DynamicSlice _,
          DynamicUpdateSlice _,
          Pad _,
          Concatenate _,
          Reverse _,
          Gather _,
          ScatterAdd _ ->
          throw notScalar(op);
    };
  }

  private static String of(PiecewiseConstant op, Apply e, List<String> x) {
    DType dtype = e.dtype();
    return switch (op) {
      case Compare(var kind) -> x.get(0) + NestFunctions.operator(kind) + x.get(1);
      case Logic(var fn) -> NestFunctions.logic(fn, dtype, x);
      case Step(var fn) -> NestFunctions.of(fn, dtype, x.get(0));
      case Classify(var kind) -> NestFunctions.classify(kind, operand(e), x.get(0));
      case Cast _ -> convert(operand(e), dtype, x.get(0));
      case RandomBits _ -> {
        String bits = "ntk_philox(" + x.get(0) + ", " + x.get(1) + ")";
        yield dtype == DType.I32 ? "(int)(" + bits + " >> 32)" : bits;
      }
      case StopGradient _ -> x.get(0);
      case ArgExtremum _, Iota _, Constant _ -> throw notScalar(op);
    };
  }

  private static String arithmetic(String operator, String function, DType dtype, List<String> x) {
    return dtype.isFloating()
        ? x.get(0) + " " + operator + " " + x.get(1)
        : function + "(" + x.get(0) + ", " + x.get(1) + ")";
  }

  /// `x` as a number or truth value of another dtype.
  static String convert(DType from, DType to, String x) {
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

  private static DType operand(Apply e) {
    return e.operands().getFirst().dtype();
  }

  private static IllegalStateException notScalar(Primitive op) {
    return new IllegalStateException("bug: " + op.mnemonic() + " is not elementwise");
  }
}
