package org.ntk4j.autodiff;

import static org.ntk4j.autodiff.BatchLanes.shift;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;

/// [Batch] of the nonlinear and the piecewise constant primitives; at least one operand is batched.
final class BatchNonlinear {
  private BatchNonlinear() {}

  static BatchLane piecewise(BatchLanes lanes, List<BatchLane> in, PiecewiseConstant op) {
    return switch (op) {
      case Compare _, Logic _, Step _, Classify _, Cast _, StopGradient _ ->
          lanes.pointwise(op, in);
      case ArgExtremum(Extremum kind, int axis, DType to) ->
          lanes.pointwise(new ArgExtremum(kind, axis + 1, to), in);
      case RandomBits bits -> random(lanes, in.getFirst().atom(), bits);
      case Iota _, Constant _ ->
          throw new IllegalStateException("bug: " + op.mnemonic() + " has no operands to batch");
    };
  }

  static List<BatchLane> apply(BatchLanes lanes, List<BatchLane> in, Nonlinear op) {
    return switch (op) {
      case ReduceExtremum(Extremum kind, var axes) ->
          all(lanes, in, new ReduceExtremum(kind, shift(axes)));
      case ReduceProd(var axes) -> all(lanes, in, new ReduceProd(shift(axes)));
      case WindowExtremum(Extremum kind, Window window) ->
          all(lanes, in, new WindowExtremum(kind, BatchLinear.batched(window)));
      case CumProd(int axis, boolean reverse) -> all(lanes, in, new CumProd(axis + 1, reverse));
      case CumExtremum(Extremum kind, int axis, boolean reverse) ->
          all(lanes, in, new CumExtremum(kind, axis + 1, reverse));
      case Sort(int axis, int keys, boolean descending) ->
          all(lanes, in, new Sort(axis + 1, keys, descending));
      case TopK _, Cholesky _ -> all(lanes, in, op);
      case TriangularSolve _ ->
          in.getFirst().batched()
              ? all(lanes, in, op)
              : List.of(solve(lanes, in.get(0).atom(), in.get(1).atom(), op));
    };
  }

  private static List<BatchLane> all(BatchLanes lanes, List<BatchLane> in, Primitive op) {
    return BatchLanes.all(lanes.b().emitAll(op, lanes.repeatAll(in)), true);
  }

  /// One matrix, a right-hand side for each example: more columns.
  private static BatchLane solve(BatchLanes lanes, Atom a, Atom rhs, Primitive op) {
    int columns = a.aval().rank() - 1;
    Atom x = lanes.b().emit(op, a, lanes.fold(rhs, columns, 1));
    return new BatchLane(lanes.unfold(x, columns, 1), true);
  }

  /// Bits of a key for each example: element `i` of example `n` is a hash of (key of `n`, `i`), as
  /// if the examples were computed one by one, which is what the scan over the keys does.
  private static BatchLane random(BatchLanes lanes, Atom keys, RandomBits op) {
    Builder body = new Builder();
    Var key = new Var(Aval.of(keys.aval().dtype()));
    Atom bits = body.emit(op, key);
    Scan scan = new Scan(body.build(List.of(key), List.of(bits)), 0, 0, lanes.size(), false);
    return new BatchLane(lanes.b().emit(scan, keys), true);
  }
}
