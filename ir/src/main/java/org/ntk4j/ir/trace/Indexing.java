package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;

/// Parts of a [Value], fixed or computed, and sorting.
public sealed interface Indexing permits Value {

  /// Elements and where they were.
  record Indexed(Value values, Value indices) {}

  private Value self() {
    return (Value) this;
  }

  /// Elements `start, start + stride, ..` before `limit`, for every axis.
  default Value slice(List<Long> start, List<Long> limit, List<Long> stride) {
    return Value.emit(new Slice(start, limit, stride), self());
  }

  /// Elements `start, .., limit - 1` of `axis`; negative bounds count from the end.
  default Value slice(int axis, long start, long limit) {
    return slice(axis, start, limit, 1);
  }

  /// Elements `start, start + stride, ..` before `limit` of `axis`; negative bounds count from the
  /// end.
  default Value slice(int axis, long start, long limit, long stride) {
    Value x = self();
    int counted = Axes.of("slice", axis, x.rank());
    long size = x.dim(counted);
    long from = start < 0 ? start + size : start;
    long to = limit < 0 ? limit + size : limit;
    if (from == 0 && to == size && stride == 1) {
      return x;
    }
    List<Long> starts = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    List<Long> limits = new ArrayList<>(x.shape().dims());
    List<Long> strides = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
    starts.set(counted, from);
    limits.set(counted, to);
    strides.set(counted, stride);
    return slice(starts, limits, strides);
  }

  /// Element `index` of `axis`, which disappears; a negative index counts from the end.
  default Value get(int axis, long index) {
    Value x = self();
    int counted = Axes.of("get", axis, x.rank());
    long size = x.dim(counted);
    if (index < -size || index >= size) {
      throw new IllegalArgumentException(
          "get: index %d is out of range for axis %d of %s".formatted(index, counted, x.aval()));
    }
    long from = index < 0 ? index + size : index;
    return slice(counted, from, from + 1).squeeze(counted);
  }

  /// The block of `sizes` at the integer vector `start` `[rank]`, which is clamped so that it fits.
  default Value dynamicSlice(Value start, Shape sizes) {
    return Value.emit(new DynamicSlice(sizes), self(), start);
  }

  /// Element `index` (an integer scalar, clamped) of `axis`, which disappears.
  default Value dynamicGet(int axis, Value index) {
    Value x = self();
    int counted = Axes.of("dynamicGet", axis, x.rank());
    if (index.rank() != 0 || !index.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "dynamicGet: the index is " + index.aval() + ", not an integer scalar");
    }
    Value places = index.arange(index.dtype(), x.rank());
    Value start = places.eq((double) counted).where(index.broadcastTo(x.rank()), 0);
    return x.dynamicSlice(start, x.shape().with(counted, 1)).squeeze(counted);
  }

  /// With the block at the integer vector `start` `[rank]` (clamped so that it fits) replaced by
  /// `update`.
  default Value dynamicUpdateSlice(Value update, Value start) {
    return Value.emit(new DynamicUpdateSlice(), self(), update, start);
  }

  /// `y[p.., i.., r..] = x[p.., ids[i..], r..]` with `ids` in place of `axis`; an id out of range
  /// (a negative one too) reads 0.
  default Value gather(Value ids, int axis) {
    return Value.emit(new Gather(Axes.of("gather", axis, self().rank()), 0), self(), ids);
  }

  /// Rows of the first axis: `gather(ids, 0)`.
  default Value take(Value ids) {
    return gather(ids, 0);
  }

  /// `y[.., i, ..] = x[.., ids[.., i, ..], ..]` along `axis`; `ids` and `x` have equal sizes on the
  /// other axes; an id out of range reads 0.
  default Value takeAlongAxis(Value ids, int axis) {
    Value x = self();
    int counted = Axes.of("takeAlongAxis", axis, x.rank());
    if (ids.rank() != x.rank() || !ids.shape().remove(counted).equals(x.shape().remove(counted))) {
      throw new IllegalArgumentException(
          "takeAlongAxis: ids %s and values %s differ on an axis other than %d"
              .formatted(ids.shape(), x.shape(), counted));
    }
    int last = x.rank() - 1;
    Value rows = x.moveAxis(counted, last);
    Value taken = Value.emit(new Gather(last, last), rows, ids.moveAxis(counted, last));
    return taken.moveAxis(last, counted);
  }

  /// `x` plus `y[p.., j, r..] = Σ_{i: ids[i..] = j} update[p.., i.., r..]`, where `j` is on `axis`;
  /// an id out of range is dropped.
  default Value scatterAdd(Value ids, Value update, int axis) {
    return self().add(update.segmentSum(ids, axis, self().dim(axis)));
  }

  /// `y[p.., j, r..] = Σ_{i: ids[i..] = j} x[p.., i.., r..]` for `j < size`, where the axes of
  /// `ids` begin at `axis`; an id out of range is dropped.
  default Value segmentSum(Value ids, int axis, long size) {
    int rank = self().rank() - ids.rank() + 1;
    int counted = Axes.of("segmentSum", axis, rank);
    return Value.emit(new ScatterAdd(counted, 0, size), ids, self());
  }

  /// Sorted along `axis`, ascending; stable; NaN last.
  default Value sort(int axis) {
    return sort(axis, false);
  }

  /// Sorted along `axis`; stable; NaN last.
  default Value sort(int axis, boolean descending) {
    int counted = Axes.of("sort", axis, self().rank());
    return Value.emit(new Sort(counted, 1, descending), self());
  }

  /// The `i32` indices that sort along `axis`, ascending; stable; NaN last.
  default Value argsort(int axis) {
    return sortWithIndices(axis, false).indices();
  }

  /// Sorted along `axis`, with the `i32` index of every element.
  default Indexed sortWithIndices(int axis, boolean descending) {
    Value x = self();
    int counted = Axes.of("sort", axis, x.rank());
    Value places = x.iota(DType.I32, x.shape(), counted);
    List<Value> sorted = Value.emitAll(new Sort(counted, 1, descending), List.of(x, places));
    return new Indexed(sorted.get(0), sorted.get(1));
  }

  /// The `k` largest elements along the last axis in descending order, and their `i32` indices.
  default Indexed topK(long k) {
    List<Value> found = Value.emitAll(new TopK(k), List.of(self()));
    return new Indexed(found.get(0), found.get(1));
  }

  /// `parts` pieces of equal size along `axis`.
  default List<Value> split(int axis, int parts) {
    long size = self().dim(axis);
    if (parts < 1 || size % parts != 0) {
      throw new IllegalArgumentException(
          "split: axis %d of size %d has no %d equal parts".formatted(axis, size, parts));
    }
    long[] sizes = new long[parts];
    java.util.Arrays.fill(sizes, size / parts);
    return splitSizes(axis, sizes);
  }

  /// Consecutive pieces of these sizes along `axis`.
  default List<Value> splitSizes(int axis, long... sizes) {
    if (LongStream.of(sizes).sum() != self().dim(axis)) {
      throw new IllegalArgumentException(
          "split: the sizes %s do not add up to %d"
              .formatted(java.util.Arrays.toString(sizes), self().dim(axis)));
    }
    List<Value> parts = new ArrayList<>();
    long from = 0;
    for (long size : sizes) {
      parts.add(slice(axis, from, from + size));
      from += size;
    }
    return List.copyOf(parts);
  }
}
