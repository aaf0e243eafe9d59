package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.ScatterAdd;

/// Rules of data movement by data: a digit becomes an entry of a table, never a one-hot vector.
final class TableRules {
  /// One-hot factors larger than this are not worth having.
  private static final long ONE_HOT_MAX = 1L << 22;

  private TableRules() {}

  /// `y[b.., p.., t.., r..] = v[b.., p.., ids[b.., t..], r..]`.
  static Optional<IndexedMap> gather(Builder b, Gather g, List<Atom> operands, IndexedMap map) {
    if (map.isEmbedded() || map.axis(g.axis()).size() > 1) {
      return Optional.empty();
    }
    Atom ids = operands.get(1);
    List<List<Index>> idAxes =
        new ArrayList<>(map.axes().subList(0, g.batch()).stream().map(Axis::digits).toList());
    List<List<Index>> fresh =
        Index.axes(ids.aval().shape().dims().subList(g.batch(), ids.aval().rank()));
    idAxes.addAll(fresh);
    List<Axis> axes = new ArrayList<>(map.axes());
    axes.remove(g.axis());
    axes.addAll(g.axis(), fresh.stream().map(Axis::of).toList());
    long size = map.axes().get(g.axis()).size();
    return Optional.of(
        lookup(b, map, map.axis(g.axis()), size, ids, idAxes, operands.get(0).aval().dtype())
            .withAxes(axes));
  }

  private static IndexedMap lookup(
      Builder b,
      IndexedMap map,
      List<Index> digit,
      long size,
      Atom ids,
      List<List<Index>> idAxes,
      DType dtype) {
    if (!digit.isEmpty() && map.uses(digit.getFirst())) {
      return map.lookup(b, digit.getFirst(), Dense.of(b, b.convert(ids, DType.I64), idAxes));
    }
    // Nothing depends on the position read: only whether there is one matters.
    Atom low = b.compare(Comparison.GE, ids, b.like(0, ids));
    Atom high = b.compare(Comparison.LT, ids, b.like(size, ids));
    return map.timesArray(b, b.convert(b.logic(LogicFn.AND, low, high), dtype), idAxes);
  }

  /// A table per axis whose size changes: the clamped start and its successors.
  static Optional<IndexedMap> dynamicSlice(
      Builder b, DynamicSlice d, List<Atom> operands, IndexedMap map) {
    IndexedMap result = map;
    Atom starts = b.convert(operands.get(1), DType.I64);
    for (int axis = 0; axis < map.axes().size(); axis++) {
      long size = map.axes().get(axis).size();
      long count = d.sizes().dim(axis);
      if (count == size) {
        continue;
      }
      if (map.axes().get(axis).embedding().isPresent() || map.axis(axis).size() > 1) {
        return Optional.empty();
      }
      List<List<Index>> fresh = List.of(Index.axis(count));
      Atom ids = positions(b, starts, axis, size, count);
      result =
          lookup(b, result, result.axis(axis), size, ids, fresh, operands.get(0).aval().dtype());
      List<Axis> axes = new ArrayList<>(result.axes());
      axes.set(axis, Axis.of(fresh.getFirst()));
      result = result.withAxes(axes);
    }
    return Optional.of(result);
  }

  private static Atom positions(Builder b, Atom starts, int axis, long size, long count) {
    Aval scalar = Aval.of(DType.I64);
    Atom start = b.reshape(Arrays.restrict(b, starts, 0, axis, 1, 1), scalar.shape());
    Atom low = b.binary(BinaryFn.MAX, start, b.fill(0, scalar));
    Atom clamped = b.binary(BinaryFn.MIN, low, b.fill(size - count, scalar));
    Atom all = b.broadcast(clamped, Shape.of(count), List.of());
    return b.add(all, Arrays.progression(b, 0, 1, count));
  }

  /// `y[b.., p.., j, r..] = Σ_t [ids[b.., t..] = j] v[b.., p.., t.., r..]`: a one-hot factor, if
  /// small.
  static Optional<IndexedMap> scatterAdd(
      Builder b, ScatterAdd s, List<Atom> operands, IndexedMap map) {
    Atom ids = operands.getFirst();
    if (map.isEmbedded() || Math.multiplyExact(ids.aval().size(), s.size()) > ONE_HOT_MAX) {
      return Optional.empty();
    }
    int moved = ids.aval().rank() - s.batch();
    List<Index> target = Index.axis(s.size());
    List<List<Index>> axes = new ArrayList<>();
    for (int axis = 0; axis < s.batch(); axis++) {
      axes.add(map.axis(axis));
    }
    for (int axis = s.axis(); axis < s.axis() + moved; axis++) {
      axes.add(map.axis(axis));
    }
    axes.add(target);
    Shape shape = ids.aval().shape().concat(Shape.of(s.size()));
    Atom position = b.iota(shape, shape.rank() - 1, ids.aval().dtype());
    Atom id = b.broadcast(ids, shape, IntStream.range(0, shape.rank() - 1).boxed().toList());
    Atom oneHot = b.convert(b.compare(Comparison.EQ, id, position), operands.get(1).aval().dtype());
    List<Axis> result = new ArrayList<>(map.axes());
    result.subList(s.axis(), s.axis() + moved).clear();
    result.add(s.axis(), Axis.of(target));
    return Optional.of(map.timesArray(b, oneHot, axes).withAxes(result));
  }
}
