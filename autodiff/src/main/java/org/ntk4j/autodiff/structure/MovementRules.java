package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Slice;

/// Rules of data movement by position: names regrouped, ranges, and places within a larger axis.
final class MovementRules {
  private MovementRules() {}

  static IndexedMap broadcast(IndexedMap map, Shape shape, List<Integer> axes) {
    List<Axis> all = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int own = axes.indexOf(axis);
      all.add(own >= 0 ? map.axes().get(own) : Axis.of(Index.axis(shape.dim(axis))));
    }
    return map.withAxes(all);
  }

  /// Regroups the digits of all axes; digits are split where an axis ends within one.
  static Optional<IndexedMap> reshape(Builder b, IndexedMap map, Shape shape) {
    if (shape.size() == 0) {
      return Optional.empty();
    }
    if (map.isEmbedded()) {
      return reshapeEmbedded(map, shape);
    }
    IndexedMap current = map;
    List<Axis> axes = new ArrayList<>();
    int next = 0;
    for (long size : shape.dims()) {
      List<Index> digits = new ArrayList<>();
      long rest = size;
      while (rest > 1) {
        Index digit = flat(current).get(next);
        if (digit.size() > rest) {
          if (digit.size() % rest != 0) {
            return Optional.empty();
          }
          List<Index> parts = List.of(new Index(rest), new Index(digit.size() / rest));
          Optional<IndexedMap> split = current.split(b, digit, parts);
          if (split.isEmpty()) {
            return Optional.empty();
          }
          // Axes placed so far hold earlier digits, which stay as they are.
          current = split.get();
          digit = parts.getFirst();
        }
        if (rest % digit.size() != 0) {
          return Optional.empty();
        }
        rest /= digit.size();
        digits.add(digit);
        next++;
      }
      axes.add(Axis.of(digits));
    }
    return Optional.of(current.withAxes(axes));
  }

  private static List<Index> flat(IndexedMap map) {
    return map.axes().stream().flatMap(a -> a.digits().stream()).toList();
  }

  /// An embedded axis survives a reshape that only adds or removes axes of size 1.
  private static Optional<IndexedMap> reshapeEmbedded(IndexedMap map, Shape shape) {
    List<Axis> proper = map.axes().stream().filter(a -> !isTrivial(a)).toList();
    List<Long> sizes = proper.stream().map(Axis::size).toList();
    if (!sizes.equals(shape.dims().stream().filter(d -> d != 1).toList())) {
      return Optional.empty();
    }
    Iterator<Axis> next = proper.iterator();
    return Optional.of(
        map.withAxes(
            shape.dims().stream()
                .map(size -> size == 1 ? Axis.of(List.of()) : next.next())
                .toList()));
  }

  private static boolean isTrivial(Axis axis) {
    return axis.size() == 1 && axis.embedding().isEmpty();
  }

  static Optional<IndexedMap> slice(Builder b, Slice s, IndexedMap map) {
    Optional<IndexedMap> result = Optional.of(map);
    for (int axis = 0; axis < s.start().size() && result.isPresent(); axis++) {
      long start = s.start().get(axis);
      long stride = s.stride().get(axis);
      long count = Math.ceilDiv(Math.max(s.limit().get(axis) - start, 0), stride);
      result = range(b, result.get(), axis, start, stride, count);
    }
    return result;
  }

  static Optional<IndexedMap> reverse(Builder b, List<Integer> axes, IndexedMap map) {
    Optional<IndexedMap> result = Optional.of(map);
    for (int axis : axes) {
      if (result.isPresent()) {
        long size = map.axes().get(axis).size();
        result = range(b, result.get(), axis, size - 1, -1, size);
      }
    }
    return result;
  }

  /// Positions `start + stride * i`, `i < count`, of an axis.
  private static Optional<IndexedMap> range(
      Builder b, IndexedMap map, int k, long start, long stride, long count) {
    Axis axis = map.axes().get(k);
    if (start == 0 && stride == 1 && count == axis.size()) {
      return Optional.of(map);
    }
    if (count == 0) {
      return Optional.empty();
    }
    if (axis.embedding().isPresent()) {
      return Embeddings.range(b, map, k, start, stride, count);
    }
    if (axis.digits().size() > 1) {
      return Optional.empty();
    }
    if (axis.digits().isEmpty()) {
      return Optional.of(map);
    }
    return Optional.of(map.restrict(b, axis.digits().getFirst(), start, stride, count));
  }

  static Optional<IndexedMap> pad(Builder b, Pad p, IndexedMap map) {
    Optional<IndexedMap> result = Optional.of(map);
    for (int axis = 0; axis < p.lo().size() && result.isPresent(); axis++) {
      long lo = p.lo().get(axis);
      long hi = p.hi().get(axis);
      long step = p.interior().get(axis) + 1;
      if (lo != 0 || hi != 0 || step != 1) {
        long size = map.axes().get(axis).size();
        long grown = lo + hi + (size == 0 ? 0 : (size - 1) * step + 1);
        result = Embeddings.place(b, result.get(), axis, lo, step, grown);
      }
    }
    return result;
  }

  static Optional<IndexedMap> concatenate(
      Builder b, int axis, List<Atom> operands, int k, IndexedMap map) {
    long start = 0;
    long total = 0;
    for (int i = 0; i < operands.size(); i++) {
      start += i < k ? operands.get(i).aval().dim(axis) : 0;
      total += operands.get(i).aval().dim(axis);
    }
    return Embeddings.place(b, map, axis, start, 1, total);
  }
}
