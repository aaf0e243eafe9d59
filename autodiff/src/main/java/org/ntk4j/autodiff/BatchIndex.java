package org.ntk4j.autodiff;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;

/// [Batch] of the primitives whose operands say where to read or write.
final class BatchIndex {
  private final BatchLanes lanes;
  private final List<BatchLane> in;

  BatchIndex(BatchLanes lanes, List<BatchLane> in) {
    this.lanes = lanes;
    this.in = in;
  }

  BatchLane gather(Gather g) {
    BatchLane x = in.get(0);
    BatchLane ids = in.get(1);
    if (x.batched() && (ids.batched() || g.batch() > 0)) {
      Gather all = new Gather(g.axis() + 1, g.batch() + 1);
      return new BatchLane(lanes.b().emit(all, x.atom(), lanes.repeat(ids)), true);
    }
    if (x.batched()) {
      return new BatchLane(lanes.b().emit(new Gather(g.axis() + 1, 0), x.atom(), ids.atom()), true);
    }
    // The examples are one more axis of the ids, after those shared with x: comes out at `axis`.
    Atom moved = lanes.move(ids.atom(), 0, g.batch());
    return lanes.from(lanes.b().emit(g, x.atom(), moved), g.axis());
  }

  BatchLane scatterAdd(ScatterAdd s) {
    BatchLane ids = in.get(0);
    if (!ids.batched() && s.batch() == 0) {
      ScatterAdd all = new ScatterAdd(s.axis() + 1, 0, s.size());
      return new BatchLane(lanes.b().emit(all, ids.atom(), in.get(1).atom()), true);
    }
    return lanes.pointwise(new ScatterAdd(s.axis() + 1, s.batch() + 1, s.size()), in);
  }

  BatchLane slice(DynamicSlice s) {
    BatchLane start = in.get(1);
    if (!start.batched()) {
      DynamicSlice all = new DynamicSlice(s.sizes().insert(0, lanes.size()));
      return new BatchLane(lanes.b().emit(all, in.get(0).atom(), withZero(start.atom())), true);
    }
    BatchLane y = in.get(0);
    for (int axis = 0; axis < s.sizes().rank(); axis++) {
      long size = s.sizes().dim(axis);
      long dim = y.atom().aval().dim(y.batched() ? axis + 1 : axis);
      if (size < dim) {
        Atom first = start(start.atom(), axis, dim - size);
        y = read(y, axis, positions(first, size, true));
      }
    }
    return y;
  }

  /// `x` where a position is outside the block, else `u` at the position relative to the start.
  BatchLane update(DynamicUpdateSlice s) {
    BatchLane start = in.get(2);
    if (!start.batched()) {
      return new BatchLane(
          lanes
              .b()
              .emit(s, lanes.repeat(in.get(0)), lanes.repeat(in.get(1)), withZero(start.atom())),
          true);
    }
    BatchLane x = in.get(0);
    BatchLane u = in.get(1);
    Aval result = x.batched() ? x.atom().aval() : lanes.aval(x.atom().aval(), true);
    Optional<Atom> inside = Optional.empty();
    for (int axis = 0; axis < x.rank(); axis++) {
      long dim = result.dim(axis + 1);
      long size = u.atom().aval().dim(u.batched() ? axis + 1 : axis);
      if (size < dim) {
        Atom at = positions(start(start.atom(), axis, dim - size), dim, false);
        u = read(u, axis, at);
        Atom here = spread(within(at, size), result.shape(), axis + 1);
        inside = Optional.of(inside.map(mask -> and(mask, here)).orElse(here));
      }
    }
    if (inside.isEmpty()) {
      return u;
    }
    Atom y = lanes.b().emit(new Select(), inside.get(), lanes.repeat(u), lanes.repeat(x));
    return new BatchLane(y, true);
  }

  /// Slices start at the first example.
  private Atom withZero(Atom start) {
    Literal zero = Literal.of(0, Aval.of(start.aval().dtype(), 1));
    return lanes.b().emit(new Concatenate(0), zero, start);
  }

  /// `start[:, axis]` clamped to `0..last`, `[n]`.
  private Atom start(Atom start, int axis, long last) {
    Slice column =
        new Slice(
            List.of(0L, (long) axis), List.of(lanes.size(), (long) axis + 1), List.of(1L, 1L));
    Atom first = lanes.b().emit(new Reshape(Shape.of(lanes.size())), lanes.b().emit(column, start));
    Aval aval = first.aval();
    Atom notLess = lanes.b().emit(new Binary(BinaryFn.MAX), first, Literal.of(0, aval));
    return lanes.b().emit(new Binary(BinaryFn.MIN), notLess, Literal.of(last, aval));
  }

  /// `i + first[n]` if `plus`, else `i - first[n]`, for `i < size`: `[n, size]`.
  private Atom positions(Atom first, long size, boolean plus) {
    Shape shape = Shape.of(lanes.size(), size);
    Atom i = lanes.b().emit(new Iota(shape, 1, first.aval().dtype()));
    Atom base = lanes.b().emit(new Broadcast(shape, List.of(0)), first);
    return lanes.b().emit(plus ? new Add() : new Sub(), i, base);
  }

  /// `x` with `axis` (of one example) read at `at[n, ..]`, 0 where that is out of range.
  private BatchLane read(BatchLane x, int axis, Atom at) {
    return new BatchIndex(lanes, List.of(x, new BatchLane(at, true))).gather(new Gather(axis, 0));
  }

  /// `0 <= at < size`.
  private Atom within(Atom at, long size) {
    Atom notLess = lanes.b().emit(new Compare(Comparison.GE), at, Literal.of(0, at.aval()));
    Atom less = lanes.b().emit(new Compare(Comparison.LT), at, Literal.of(size, at.aval()));
    return and(notLess, less);
  }

  private Atom and(Atom x, Atom y) {
    return lanes.b().emit(new Logic(LogicFn.AND), x, y);
  }

  private Atom spread(Atom mask, Shape shape, int axis) {
    return lanes.b().emit(new Broadcast(shape, List.of(0, axis)), mask);
  }
}
