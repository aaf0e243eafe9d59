package org.ntk4j.ir;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;

/// Methods that append primitives to a program, named after them.
///
/// Operands have equal avals where a primitive asks for it: nothing is broadcast or converted.
public sealed interface Ops extends ScalarOps permits Builder {

  /// Contracts axes `lhsContract` of `x` with `rhsContract` of `y`, see [Contract].
  default Var contract(
      Atom x,
      Atom y,
      List<Integer> lhsBatch,
      List<Integer> rhsBatch,
      List<Integer> lhsContract,
      List<Integer> rhsContract) {
    return emit(new Contract(lhsBatch, rhsBatch, lhsContract, rhsContract), x, y);
  }

  /// Convolution of `x` with the kernel `w`.
  default Var conv(Atom x, Atom w, Conv conv) {
    return emit(conv, x, w);
  }

  /// Sum over `axes`.
  default Var reduceSum(Atom x, List<Integer> axes) {
    return emit(new ReduceSum(axes), x);
  }

  /// Product over `axes`.
  default Var reduceProd(Atom x, List<Integer> axes) {
    return emit(new ReduceProd(axes), x);
  }

  /// Largest element over `axes`.
  default Var reduceMax(Atom x, List<Integer> axes) {
    return emit(new ReduceExtremum(Extremum.MAX, axes), x);
  }

  /// Smallest element over `axes`.
  default Var reduceMin(Atom x, List<Integer> axes) {
    return emit(new ReduceExtremum(Extremum.MIN, axes), x);
  }

  /// Sums over sliding windows.
  default Var windowSum(Atom x, Window window) {
    return emit(new WindowSum(window), x);
  }

  /// Largest elements of sliding windows.
  default Var windowMax(Atom x, Window window) {
    return emit(new WindowExtremum(Extremum.MAX, window), x);
  }

  /// Smallest elements of sliding windows.
  default Var windowMin(Atom x, Window window) {
    return emit(new WindowExtremum(Extremum.MIN, window), x);
  }

  /// `x` repeated to `shape`, its axis `k` becoming axis `axes[k]`.
  default Var broadcast(Atom x, Shape shape, List<Integer> axes) {
    return emit(new Broadcast(shape, axes), x);
  }

  /// The elements of `x` under another shape.
  default Var reshape(Atom x, Shape shape) {
    return emit(new Reshape(shape), x);
  }

  /// `x` with axis `permutation[k]` as axis `k`.
  default Var transpose(Atom x, List<Integer> permutation) {
    return emit(new Transpose(permutation), x);
  }

  /// Elements `start, start + stride, ..` below `limit`, for each axis.
  default Var slice(Atom x, List<Long> start, List<Long> limit, List<Long> stride) {
    return emit(new Slice(start, limit, stride), x);
  }

  /// The block of `sizes` at the integer vector `start`.
  default Var dynamicSlice(Atom x, Atom start, Shape sizes) {
    return emit(new DynamicSlice(sizes), x, start);
  }

  /// `x` with the block at the integer vector `start` replaced by `u`.
  default Var dynamicUpdateSlice(Atom x, Atom u, Atom start) {
    return emit(new DynamicUpdateSlice(), x, u, start);
  }

  /// `x` with zeros before, after and between its elements.
  default Var pad(Atom x, List<Long> lo, List<Long> hi, List<Long> interior) {
    return emit(new Pad(lo, hi, interior), x, fill(0, x.aval().withShape(Shape.SCALAR)));
  }

  /// The operands one after the other along `axis`.
  default Var concatenate(int axis, List<? extends Atom> in) {
    return emit(new Concatenate(axis), in);
  }

  /// `x` in reverse order along `axes`.
  default Var reverse(Atom x, List<Integer> axes) {
    return emit(new Reverse(axes), x);
  }

  /// Slices of `x` along `axis` at `ids`, see [Gather].
  default Var gather(Atom x, Atom ids, int axis, int batch) {
    return emit(new Gather(axis, batch), x, ids);
  }

  /// Sums of slices `u` at `ids` along a new axis of `size`, see [ScatterAdd].
  default Var scatterAdd(Atom ids, Atom u, int axis, int batch, long size) {
    return emit(new ScatterAdd(axis, batch, size), ids, u);
  }

  /// Running sum along `axis`.
  default Var cumsum(Atom x, int axis, boolean reverse) {
    return emit(new CumSum(axis, reverse), x);
  }

  /// Running product along `axis`.
  default Var cumprod(Atom x, int axis, boolean reverse) {
    return emit(new CumProd(axis, reverse), x);
  }

  /// Running maximum along `axis`.
  default Var cummax(Atom x, int axis, boolean reverse) {
    return emit(new CumExtremum(Extremum.MAX, axis, reverse), x);
  }

  /// Running minimum along `axis`.
  default Var cummin(Atom x, int axis, boolean reverse) {
    return emit(new CumExtremum(Extremum.MIN, axis, reverse), x);
  }

  /// Index of the first largest element along `axis`.
  default Var argmax(Atom x, int axis, DType to) {
    return emit(new ArgExtremum(Extremum.MAX, axis, to), x);
  }

  /// Index of the first smallest element along `axis`.
  default Var argmin(Atom x, int axis, DType to) {
    return emit(new ArgExtremum(Extremum.MIN, axis, to), x);
  }

  /// `y[i..] = i_axis`.
  default Var iota(Shape shape, int axis, DType to) {
    return emit(new Iota(shape, axis, to));
  }

  /// `value`, which must not change any more.
  default Var constant(Tensor value) {
    return emit(new Constant(value));
  }

  /// Random bits of the `i64[]` key.
  default Var randomBits(Atom key, Shape shape, DType to) {
    return emit(new RandomBits(shape, to), key);
  }

  /// `L` with `L Lᵀ = a`.
  default Var cholesky(Atom a) {
    return emit(new Cholesky(), a);
  }

  /// `X` with `op(a) X = b`.
  default Var triangularSolve(
      Atom a, Atom b, boolean lower, boolean transpose, boolean unitDiagonal) {
    return emit(new TriangularSolve(lower, transpose, unitDiagonal), a, b);
  }

  /// The operands sorted along `axis` by the first `keys` of them.
  default List<Var> sort(List<? extends Atom> in, int axis, int keys, boolean descending) {
    return emitAll(new Sort(axis, keys, descending), in);
  }

  /// The `k` largest elements along the last axis, and their `i32` indices.
  default List<Var> topK(Atom x, long k) {
    return emitAll(new TopK(k), List.of(x));
  }
}
