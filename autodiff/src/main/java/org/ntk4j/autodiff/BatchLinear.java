package org.ntk4j.autodiff;

import static org.ntk4j.autodiff.BatchLanes.prepend;
import static org.ntk4j.autodiff.BatchLanes.range;
import static org.ntk4j.autodiff.BatchLanes.shift;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
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
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;

/// [Batch] of the multilinear primitives; at least one operand is batched.
final class BatchLinear {
  private final BatchLanes lanes;
  private final List<BatchLane> in;

  BatchLinear(BatchLanes lanes, List<BatchLane> in) {
    this.lanes = lanes;
    this.in = in;
  }

  BatchLane apply(Multilinear op) {
    return switch (op) {
      case Add _, Sub _, Neg _, Mul _, Select _, Convert _ -> lanes.pointwise(op, in);
      case Contract c -> contract(c);
      case Conv c -> new BatchConv(lanes, in).apply(c);
      case ReduceSum(var axes) -> lanes.pointwise(new ReduceSum(shift(axes)), in);
      case WindowSum(Window window) -> lanes.pointwise(new WindowSum(batched(window)), in);
      case Broadcast(Shape shape, var axes) ->
          lanes.pointwise(
              new Broadcast(shape.insert(0, lanes.size()), prepend(0, shift(axes))), in);
      case Reshape(Shape shape) -> lanes.pointwise(new Reshape(shape.insert(0, lanes.size())), in);
      case Transpose(var permutation) ->
          lanes.pointwise(new Transpose(prepend(0, shift(permutation))), in);
      case Slice(var start, var limit, var stride) ->
          lanes.pointwise(
              new Slice(prepend(0L, start), prepend(lanes.size(), limit), prepend(1L, stride)), in);
      case Pad p -> pad(p);
      case Concatenate(int axis) -> lanes.pointwise(new Concatenate(axis + 1), in);
      case Reverse(var axes) -> lanes.pointwise(new Reverse(shift(axes)), in);
      case CumSum(int axis, boolean reverse) -> lanes.pointwise(new CumSum(axis + 1, reverse), in);
      case Gather g -> new BatchIndex(lanes, in).gather(g);
      case ScatterAdd s -> new BatchIndex(lanes, in).scatterAdd(s);
      case DynamicSlice s -> new BatchIndex(lanes, in).slice(s);
      case DynamicUpdateSlice s -> new BatchIndex(lanes, in).update(s);
    };
  }

  /// The batch axis is no part of a window.
  static Window batched(Window w) {
    return new Window(
        prepend(1L, w.size()),
        prepend(1L, w.strides()),
        prepend(0L, w.padLo()),
        prepend(0L, w.padHi()),
        prepend(1L, w.baseDilation()),
        prepend(1L, w.windowDilation()));
  }

  /// The batch axis is a batch axis if both operands have it, else the first free axis of the one.
  private BatchLane contract(Contract c) {
    boolean x = in.get(0).batched();
    boolean y = in.get(1).batched();
    List<Integer> lhsBatch = x ? shift(c.lhsBatch()) : c.lhsBatch();
    List<Integer> rhsBatch = y ? shift(c.rhsBatch()) : c.rhsBatch();
    Contract mapped =
        new Contract(
            x && y ? prepend(0, lhsBatch) : lhsBatch,
            x && y ? prepend(0, rhsBatch) : rhsBatch,
            x ? shift(c.lhsContract()) : c.lhsContract(),
            y ? shift(c.rhsContract()) : c.rhsContract());
    Atom z = lanes.b().emit(mapped, in.get(0).atom(), in.get(1).atom());
    int batch = c.lhsBatch().size();
    int lhsFree = in.get(0).rank() - batch - c.lhsContract().size();
    return lanes.from(z, x && y ? 0 : x ? batch : batch + lhsFree);
  }

  private BatchLane pad(Pad p) {
    Pad all = new Pad(prepend(0L, p.lo()), prepend(0L, p.hi()), prepend(0L, p.interior()));
    if (!in.get(1).batched()) {
      return new BatchLane(lanes.b().emit(all, in.get(0).atom(), in.get(1).atom()), true);
    }
    // A padding value for each example: pad with 0, then replace what is not of the operand.
    Aval value = in.get(1).atom().aval();
    Atom zero = Literal.of(0, value.withShape(Shape.SCALAR));
    Atom padded = lanes.b().emit(all, lanes.repeat(in.get(0)), zero);
    Aval one = in.get(0).atom().aval().withDType(DType.BOOL);
    Shape shape = in.get(0).batched() ? one.shape().remove(0) : one.shape();
    Atom ours =
        lanes.b().emit(p, Literal.of(1, one.withShape(shape)), Literal.of(0, Aval.of(DType.BOOL)));
    Shape result = padded.aval().shape();
    Atom fill = lanes.b().emit(new Broadcast(result, List.of(0)), in.get(1).atom());
    Atom mask = lanes.b().emit(new Broadcast(result, range(1, result.rank())), ours);
    return new BatchLane(lanes.b().emit(new Select(), mask, padded, fill), true);
  }
}
