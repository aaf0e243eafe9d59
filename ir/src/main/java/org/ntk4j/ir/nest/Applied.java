package org.ntk4j.ir.nest;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
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
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.schedule.Expr.Apply;

/// Which scalar function an elementwise primitive is; of `random_bits` the operands are the key and
/// the number of the element.
public final class Applied {
  private Applied() {}

  /// The value of `e` for operands `x`, as `scalars` prints it.
  public static String of(Apply e, List<String> x, ScalarText scalars) {
    return switch (e.op()) {
      case Elementwise op -> scalars.elementwise(op, e.dtype(), x);
      case Multilinear op -> of(op, e, x, scalars);
      case PiecewiseConstant op -> of(op, e, x, scalars);
      case Nonlinear op -> throw notScalar(op);
      case HigherOrder op -> throw notScalar(op);
    };
  }

  private static String of(Multilinear op, Apply e, List<String> x, ScalarText scalars) {
    DType dtype = e.dtype();
    return switch (op) {
      case Add _ -> scalars.add(dtype, x.get(0), x.get(1));
      case Sub _ -> scalars.sub(dtype, x.get(0), x.get(1));
      case Mul _ -> scalars.mul(dtype, x.get(0), x.get(1));
      case Neg _ -> scalars.neg(dtype, x.get(0));
      case Select _ -> scalars.select(dtype, x.get(0), x.get(1), x.get(2));
      case Convert _ -> scalars.convert(dtype(e, 0), dtype, x.get(0));
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

  private static String of(PiecewiseConstant op, Apply e, List<String> x, ScalarText scalars) {
    DType dtype = e.dtype();
    return switch (op) {
      case Compare(var kind) -> scalars.compare(kind, dtype(e, 0), x.get(0), x.get(1));
      case Logic(var fn) -> scalars.logic(fn, dtype, x);
      case Step(var fn) -> scalars.step(fn, dtype, x.get(0));
      case Classify(var kind) -> scalars.classify(kind, dtype(e, 0), x.get(0));
      case Cast _ -> scalars.convert(dtype(e, 0), dtype, x.get(0));
      case RandomBits _ -> scalars.randomBits(dtype, x.get(0), dtype(e, 1), x.get(1));
      case StopGradient _ -> x.get(0);
      case ArgExtremum _, Iota _, Constant _ -> throw notScalar(op);
    };
  }

  private static DType dtype(Apply e, int operand) {
    return e.operands().get(operand).dtype();
  }

  private static IllegalStateException notScalar(Primitive op) {
    return new IllegalStateException("bug: " + op.mnemonic() + " is not elementwise");
  }
}
