package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.LogicFn;

/// A side expanded to the root's own indices: the derivative of every output by every element.
///
/// It gives up the structure, and always works.
final class Expansion {
  private Expansion() {}

  /// `[outs.., root..]` of `side`.
  static Atom emit(Builder b, Side side, DType dtype) {
    IndexedMap map = distinct(b, side.map(), dtype);
    Einsums.Planned planned = Einsums.plan(einsum(map), dtype.sizeBytes());
    List<List<Index>> outs = planned.einsum().outs();
    Atom array = Einsums.emit(b, planned, new Aval(dtype, Contraction.shape(outs)));
    Shape outShape = Shape.of(map.axes().stream().map(Axis::size).toList());
    Atom placed = linked(map).isEmpty() ? array : scatter(b, map, array);
    return Arrays.reshape(b, placed, outShape.concat(map.root().aval().shape()));
  }

  /// The same map, with outputs that share no index with a plain digit: where one does (a parameter
  /// with a row per example), a delta takes its place.
  private static IndexedMap distinct(Builder b, IndexedMap map, DType dtype) {
    List<Index> digits = plain(map).stream().map(Digit::index).toList();
    IndexedMap result = map;
    List<Axis> axes = new ArrayList<>();
    for (Axis axis : map.axes()) {
      List<Index> own = new ArrayList<>();
      for (Index i : axis.digits()) {
        if (digits.contains(i)) {
          Index out = new Index(i.size());
          result = result.with(new Dense(Arrays.identity(b, dtype, i.size()), List.of(out, i)));
          own.add(out);
        } else {
          own.add(i);
        }
      }
      axes.add(new Axis(own, axis.embedding()));
    }
    return result.withAxes(axes);
  }

  /// `[outs.., root..]` of the sum of `sides`, which are of one root.
  static Atom sum(Builder b, List<Side> sides, DType dtype) {
    return sides.stream()
        .map(side -> emit(b, side, dtype))
        .reduce((x, y) -> b.add(x, y))
        .orElseThrow();
  }

  /// The sum of `sides`, which are of one root, as one side without structure.
  static Side of(Builder b, List<Side> sides, DType dtype) {
    Side first = sides.getFirst();
    return side(b, first.root(), sum(b, sides, dtype), first.map().axes().size());
  }

  static ContractionCost cost(Side side, DType dtype) {
    return Einsums.plan(einsum(side.map()), dtype.sizeBytes()).cost();
  }

  /// Axes: the outputs', then every plain digit, then every index that links depend on and no
  /// output has.
  private static Einsum einsum(IndexedMap map) {
    List<List<Index>> outs = new ArrayList<>(map.axes().stream().map(Axis::digits).toList());
    plain(map).forEach(d -> outs.add(List.of(d.index())));
    inner(map).forEach(i -> outs.add(List.of(i)));
    return new Einsum(map.coefficient(), map.factors(), map.indices(), outs, 0);
  }

  private static List<Digit> plain(IndexedMap map) {
    return map.digits().stream().filter(d -> d.link().isEmpty()).toList();
  }

  private static List<Digit> linked(IndexedMap map) {
    return map.digits().stream().filter(d -> d.link().isPresent()).toList();
  }

  /// Indices that links depend on, without the outputs'.
  private static List<Index> inner(IndexedMap map) {
    Set<Index> inner = new LinkedHashSet<>();
    linked(map).forEach(d -> inner.addAll(d.link().orElseThrow().indices()));
    map.axes().forEach(a -> a.digits().forEach(inner::remove));
    plain(map).forEach(d -> inner.remove(d.index()));
    return List.copyOf(inner);
  }

  /// Adds up what lands on the same position of the linked digits.
  ///
  /// @param array axes: outs, plain digits, inner indices
  private static Atom scatter(Builder b, IndexedMap map, Atom array) {
    List<Index> outs = map.axes().stream().flatMap(a -> a.digits().stream()).toList();
    List<Digit> plain = plain(map);
    List<Index> inner = inner(map);
    List<Digit> linked = linked(map);
    Dense ids = position(b, linked);
    long size = linked.stream().mapToLong(d -> d.index().size()).reduce(1, Math::multiplyExact);

    // Indices of the array, every one with an axis of its own; those that the ids share with an
    // output or a plain digit become batch axes of the scatter.
    List<Index> own = Dense.concat(outs, plain.stream().map(Digit::index).toList(), inner);
    Dense u = new Dense(Arrays.reshape(b, array, Dense.shape(own)), own);
    List<Index> batch = ids.indices().stream().filter(i -> !inner.contains(i)).toList();
    List<Index> rest = own.stream().filter(i -> !batch.contains(i) && !inner.contains(i)).toList();
    Dense ordered = u.order(b, Dense.concat(batch, inner, rest));
    Dense table = ids.broadcast(b, Dense.concat(batch, inner));
    Index place = new Index(size);
    Atom sums = b.scatterAdd(table.array(), ordered.array(), batch.size(), batch.size(), size);
    Dense scattered = new Dense(sums, Dense.concat(batch, List.of(place), rest));

    List<Index> parts = linked.stream().map(Digit::index).toList();
    List<Index> wanted = new ArrayList<>(outs);
    map.digits().forEach(d -> wanted.add(d.index()));
    return scattered.split(b, place, parts).order(b, wanted).array();
  }

  /// Row-major position within the linked digits, -1 where one of them is out of range.
  private static Dense position(Builder b, List<Digit> linked) {
    Set<Index> union = new LinkedHashSet<>();
    linked.forEach(d -> union.addAll(d.link().orElseThrow().indices()));
    List<Index> all = List.copyOf(union);
    Aval aval = new Aval(DType.I64, Dense.shape(all));
    Atom position = b.fill(0, aval);
    Atom outside = b.fill(0, aval.withDType(DType.BOOL));
    for (Digit d : linked) {
      Atom ids = Links.table(b, d.link().orElseThrow()).broadcast(b, all).array();
      Atom low = b.compare(Comparison.LT, ids, b.fill(0, aval));
      Atom high = b.compare(Comparison.GE, ids, b.fill(d.index().size(), aval));
      outside = b.logic(LogicFn.OR, outside, b.logic(LogicFn.OR, low, high));
      position = b.add(b.mul(position, b.fill(d.index().size(), aval)), ids);
    }
    return new Dense(b.select(outside, b.fill(-1, aval), position), all);
  }

  /// The side whose derivative is the array `[outs.., root..]`.
  static Side side(Builder b, Atom.Var root, Atom array, int outRank) {
    List<List<Index>> axes = Index.axes(array.aval().shape().dims());
    List<Axis> outs = IntStream.range(0, outRank).mapToObj(axes::get).map(Axis::of).toList();
    List<Digit> digits =
        axes.subList(outRank, axes.size()).stream()
            .flatMap(List::stream)
            .map(Digit::plain)
            .toList();
    IndexedMap map = new IndexedMap(root, 1, List.of(), outs, digits);
    return new Side(map.with(Dense.of(b, array, axes)));
  }
}
