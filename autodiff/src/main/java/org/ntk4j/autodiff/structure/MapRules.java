package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
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
import org.ntk4j.ir.op.LogicFn;
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

/// One rule per multilinear primitive: its result in terms of one linear operand, as names, links
/// and factors.
///
/// The equations between names are what the literature calls the structure of the local Jacobian,
/// the factors its dense part. A rule answers empty where the result has no such form, or none that
/// is worth having; the caller then pulls cotangents back through the equation itself.
final class MapRules {
  private MapRules() {}

  /// The map of `op(operands)` as a function of operand `k`, which is `map` of its root; the other
  /// operands of its group count as 0.
  ///
  /// @param operands operand `k` gives its aval only; the others are values of `b`
  static Optional<IndexedMap> apply(
      Builder b, Multilinear op, List<Atom> operands, int k, IndexedMap map) {
    return switch (op) {
      case Add _ -> Optional.of(map);
      case Sub _ -> Optional.of(k == 0 ? map : map.times(-1));
      case Neg _ -> Optional.of(map.times(-1));
      case Convert _ -> Optional.of(map);
      case Mul _ -> ProductRules.mul(b, operands.get(1 - k), map);
      case Select _ -> select(b, operands, k, map);
      case Contract c -> ProductRules.contract(b, c, operands.get(1 - k), k, map);
      case Conv c -> ConvRules.apply(b, c, operands, k, map);
      case ReduceSum(var axes) -> Optional.of(reduceSum(map, axes));
      case WindowSum(var window) -> BandRules.windowSum(b, window, operands.get(k).aval(), map);
      case CumSum(var axis, var reverse) ->
          BandRules.cumSum(b, axis, reverse, operands.get(k).aval(), map);
      case Broadcast(var shape, var axes) -> Optional.of(MovementRules.broadcast(map, shape, axes));
      case Reshape(var shape) -> MovementRules.reshape(b, map, shape);
      case Transpose(var permutation) ->
          Optional.of(map.withAxes(permutation.stream().map(map.axes()::get).toList()));
      case Slice s -> MovementRules.slice(b, s, map);
      case Reverse(var axes) -> MovementRules.reverse(b, axes, map);
      case Pad p -> k == 0 ? MovementRules.pad(b, p, map) : Optional.empty();
      case Concatenate(var axis) -> MovementRules.concatenate(b, axis, operands, k, map);
      case Gather g -> TableRules.gather(b, g, operands, map);
      case DynamicSlice d -> TableRules.dynamicSlice(b, d, operands, map);
      case ScatterAdd s -> TableRules.scatterAdd(b, s, operands, map);
      case DynamicUpdateSlice _ -> Optional.empty();
    };
  }

  private static Optional<IndexedMap> select(
      Builder b, List<Atom> operands, int k, IndexedMap map) {
    Atom mask = operands.getFirst();
    Atom kept = k == 1 ? mask : b.logic(LogicFn.NOT, mask);
    return ProductRules.mul(b, b.convert(kept, operands.get(k).aval().dtype()), map);
  }

  private static IndexedMap reduceSum(IndexedMap map, List<Integer> axes) {
    List<Index> gone = axes.stream().flatMap(axis -> map.axis(axis).stream()).toList();
    List<Axis> kept = new ArrayList<>();
    for (int axis = 0; axis < map.axes().size(); axis++) {
      if (!axes.contains(axis)) {
        kept.add(map.axes().get(axis));
      }
    }
    return map.withAxes(kept).summedOver(gone);
  }
}
