package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// Primitives whose parameters name the size of a result axis.
final class SingleOps {
  private SingleOps() {}

  /// `op` for a result whose `axis`, linked to an axis of each operand that has it, gets size 1.
  static Primitive resize(Primitive op, int axis) {
    return switch (op) {
      case Elementwise _, PiecewiseConstant _, Nonlinear _ -> op;
      case Multilinear m -> resize(m, axis);
      case HigherOrder _ -> throw new IllegalStateException("bug: programs are rewritten");
    };
  }

  private static Multilinear resize(Multilinear op, int axis) {
    return switch (op) {
      case Broadcast(Shape shape, List<Integer> axes) -> new Broadcast(shape.with(axis, 1), axes);
      case Reshape(Shape shape) -> new Reshape(shape.with(axis, 1));
      case Slice(List<Long> start, List<Long> limit, List<Long> stride) ->
          new Slice(start, with(limit, axis), stride);
      case DynamicSlice(Shape sizes) -> new DynamicSlice(sizes.with(axis, 1));
      case Add _,
          Sub _,
          Neg _,
          Mul _,
          Contract _,
          Conv _,
          ReduceSum _,
          WindowSum _,
          Transpose _,
          DynamicUpdateSlice _,
          Pad _,
          Concatenate _,
          Reverse _,
          Gather _,
          ScatterAdd _,
          Select _,
          CumSum _,
          Convert _ ->
          op;
    };
  }

  /// The limit of a slice that takes the whole axis.
  private static List<Long> with(List<Long> limit, int axis) {
    List<Long> changed = new ArrayList<>(limit);
    changed.set(axis, 1L);
    return changed;
  }
}
