package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Slice;

/// Small arrays and movements that the structure pass emits.
final class Arrays {
  private Arrays() {}

  /// `x` at positions `start + stride * i` of `axis`, for `i < count`; `stride` may be negative.
  static Atom restrict(Builder b, Atom x, int axis, long start, long stride, long count) {
    Optional<Equation> definition = x instanceof Var v ? b.definition(v) : Optional.empty();
    if (definition.isPresent() && definition.get().op() instanceof Broadcast(var shape, var axes)) {
      // What is repeated stays recognizable as such.
      Atom source = definition.get().in().getFirst();
      int own = axes.indexOf(axis);
      Atom part = own < 0 ? source : restrict(b, source, own, start, stride, count);
      return b.broadcast(part, shape.with(axis, count), axes);
    }
    if (stride < 0) {
      long size = x.aval().dim(axis);
      Atom reversed = b.emit(new Reverse(List.of(axis)), x);
      return restrict(b, reversed, axis, size - 1 - start, -stride, count);
    }
    int rank = x.aval().rank();
    List<Long> from = new ArrayList<>(Collections.nCopies(rank, 0L));
    List<Long> to = new ArrayList<>(x.aval().shape().dims());
    List<Long> step = new ArrayList<>(Collections.nCopies(rank, 1L));
    from.set(axis, count == 0 ? 0L : start);
    to.set(axis, count == 0 ? 0L : start + stride * (count - 1) + 1);
    step.set(axis, stride);
    if (from.equals(Collections.nCopies(rank, 0L))
        && to.equals(x.aval().shape().dims())
        && stride == 1) {
      return x;
    }
    return b.emit(new Slice(from, to, step), x);
  }

  /// `y[i, j]` is whether `i = j`.
  static Atom equal(Builder b, long size) {
    Shape square = Shape.of(size, size);
    return b.compare(Comparison.EQ, b.iota(square, 0, DType.I64), b.iota(square, 1, DType.I64));
  }

  /// `y[i, j] = 1` where `i = j`, else 0.
  static Atom identity(Builder b, DType dtype, long size) {
    return b.convert(equal(b, size), dtype);
  }

  /// `x` under another shape.
  static Atom reshape(Builder b, Atom x, Shape shape) {
    return x.aval().shape().equals(shape) ? x : b.reshape(x, shape);
  }

  /// The identity of `shape`: `[shape.., shape..]`.
  static Atom basis(Builder b, DType dtype, Shape shape) {
    return b.reshape(identity(b, dtype, shape.size()), Shape.of(shape.size()).concat(shape));
  }

  /// `start + stride * i` for `i < size`, as `i64`.
  static Atom progression(Builder b, long start, long stride, long size) {
    Aval aval = Aval.of(DType.I64, size);
    Atom i = b.iota(aval.shape(), 0, DType.I64);
    return b.add(b.mul(i, b.fill(stride, aval)), b.fill(start, aval));
  }
}
