package org.ntk4j.ir.eval;

import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// Linear operations: arithmetic here, the others by family.
final class MultilinearOps {
  private MultilinearOps() {}

  static void apply(Multilinear op, Invocation c) {
    Tensor z = c.result();
    switch (op) {
      case Add _ -> arithmetic(c, Arithmetic.ADD, Arithmetic.ADD_INTEGERS);
      case Sub _ -> arithmetic(c, Arithmetic.SUB, Arithmetic.SUB_INTEGERS);
      case Mul _ -> arithmetic(c, Arithmetic.MUL, Arithmetic.MUL_INTEGERS);
      case Neg _ -> neg(c.operand(0), z);
      case Convert _ -> convert(c.operand(0), z);
      case Select _ -> Loops.select(c.operand(0), c.operand(1), c.operand(2), z);
      case Contract contract -> Contraction.apply(contract, c);
      case Conv conv -> new Convolution(conv, c).run();
      case ReduceSum(var axes) -> ReductionOps.reduce(Fold.SUM, c.tensor(0), axes, z);
      case WindowSum(var window) -> WindowOps.reduce(Fold.SUM, window, c.tensor(0), z);
      case CumSum(int axis, boolean reverse) ->
          AxisOps.cumulate(Fold.SUM, c.tensor(0), axis, reverse, z);
      case Broadcast(_, var axes) -> MovementOps.broadcast(c.operand(0), axes, z, c);
      case Reshape _ -> Copies.copy(c.tensor(0), z);
      case Transpose(var permutation) -> MovementOps.transpose(c.tensor(0), permutation, z);
      case Slice slice -> MovementOps.slice(slice, c.tensor(0), z);
      case DynamicSlice _ -> MovementOps.dynamicSlice(c.tensor(0), c.tensor(1), z);
      case DynamicUpdateSlice _ ->
          MovementOps.dynamicUpdateSlice(c.tensor(0), c.tensor(1), c.tensor(2), z);
      case Pad pad -> MovementOps.pad(pad, c.tensor(0), c.tensor(1), z);
      case Concatenate(int axis) -> MovementOps.concatenate(axis, c.tensors(0), z);
      case Reverse(var axes) -> MovementOps.reverse(c.tensor(0), axes, z);
      case Gather gather -> IndexOps.gather(gather, c.tensor(0), c.tensor(1), z);
      case ScatterAdd scatter -> IndexOps.scatterAdd(scatter, c.tensor(0), c.tensor(1), z);
    }
  }

  private static void arithmetic(
      Invocation c, Loops.Function2<double[], double[]> f, Loops.Function2<long[], long[]> g) {
    if (c.result().dtype().isFloating()) {
      Loops.doubles(c.operand(0), c.operand(1), c.result(), f);
    } else {
      Loops.longs(c.operand(0), c.operand(1), c.result(), g);
    }
  }

  private static void neg(Operand x, Tensor z) {
    if (z.dtype().isFloating()) {
      Loops.doubles(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = -a[i];
            }
          });
    } else {
      Loops.longs(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = -a[i];
            }
          });
    }
  }

  /// Storing rounds.
  static void convert(Operand x, Tensor z) {
    Loops.doubles(x, z, (_, _, _) -> {});
  }
}
