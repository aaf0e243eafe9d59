package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
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

/// Adjoints of the multilinear primitives, one line each where there is no index arithmetic.
final class Adjoints {
  private Adjoints() {}

  /// `xBar_i` for `y = op(x..)`, where `op` is linear in operand `i`.
  ///
  /// @param x the operands; zeros in place of those that depend on tangents
  static Atom of(Builder b, Multilinear op, int i, Atom yBar, List<Atom> x) {
    Aval aval = x.get(i).aval();
    return switch (op) {
      case Add _ -> yBar;
      case Sub _ -> i == 0 ? yBar : b.neg(yBar);
      case Neg _ -> b.neg(yBar);
      case Mul _ -> b.mul(yBar, x.get(1 - i));
      case Contract c -> contract(b, c, i, yBar, x.get(1 - i), aval);
      case Conv c -> ConvAdjoint.of(b, c, i, yBar, x);
      case ReduceSum(var axes) ->
          b.emit(new Broadcast(aval.shape(), Axes.others(aval.rank(), axes)), yBar);
      case WindowSum(var window) -> WindowAdjoint.of(b, window, yBar, aval);
      case Broadcast(var shape, var axes) -> sum(b, yBar, Axes.others(shape.rank(), axes));
      case Reshape _ -> b.emit(new Reshape(aval.shape()), yBar);
      case Transpose(var permutation) -> Axes.permute(b, yBar, Axes.inverse(permutation));
      case Slice s -> slice(b, s, yBar, aval);
      case DynamicSlice _ -> b.emit(new DynamicUpdateSlice(), Literal.of(0, aval), yBar, x.get(1));
      case DynamicUpdateSlice _ ->
          i == 0
              ? b.emit(new DynamicUpdateSlice(), yBar, Axes.zero(x.get(1)), x.get(2))
              : b.emit(new DynamicSlice(aval.shape()), yBar, x.get(2));
      case Pad p -> i == 0 ? unpad(b, p, yBar, aval) : padding(b, p, yBar, x.getFirst());
      case Concatenate(int axis) -> part(b, axis, i, yBar, x);
      case Reverse r -> b.emit(r, yBar);
      case Gather(int axis, int batch) ->
          b.emit(new ScatterAdd(axis, batch, aval.dim(axis)), x.get(1), yBar);
      case ScatterAdd(int axis, int batch, _) ->
          b.emit(new Gather(axis, batch), yBar, x.getFirst());
      case Select _ ->
          i == 1
              ? b.emit(new Select(), x.getFirst(), yBar, Axes.zero(yBar))
              : b.emit(new Select(), x.getFirst(), Axes.zero(yBar), yBar);
      case CumSum(int axis, boolean reverse) -> b.emit(new CumSum(axis, !reverse), yBar);
      case Convert _ -> b.emit(new Convert(aval.dtype()), yBar);
    };
  }

  private static Atom sum(Builder b, Atom x, List<Integer> axes) {
    return axes.isEmpty() ? x : b.emit(new ReduceSum(axes), x);
  }

  /// Contracts the free axes of the other operand; what is left is batch, own free axes, and the
  /// other's contracted axes in its order.
  private static Atom contract(Builder b, Contract c, int i, Atom yBar, Atom other, Aval aval) {
    List<Integer> batch = i == 0 ? c.lhsBatch() : c.rhsBatch();
    List<Integer> summed = i == 0 ? c.lhsContract() : c.rhsContract();
    List<Integer> otherBatch = i == 0 ? c.rhsBatch() : c.lhsBatch();
    List<Integer> otherSummed = i == 0 ? c.rhsContract() : c.lhsContract();
    List<Integer> free = Axes.others(aval.rank(), Axes.concat(batch, summed));
    List<Integer> otherFree =
        Axes.others(other.aval().rank(), Axes.concat(otherBatch, otherSummed));
    int batches = batch.size();
    int from = i == 0 ? batches + free.size() : batches;
    List<Integer> inResult = Axes.range(from, from + otherFree.size());
    Atom product =
        b.emit(new Contract(Axes.range(0, batches), otherBatch, inResult, otherFree), yBar, other);
    List<Integer> summedInOrder =
        otherSummed.stream().sorted().map(a -> summed.get(otherSummed.indexOf(a))).toList();
    List<Integer> axisOfX = Axes.concat(Axes.concat(batch, free), summedInOrder);
    return Axes.permute(b, product, Axes.inverse(axisOfX));
  }

  private static Atom slice(Builder b, Slice s, Atom yBar, Aval x) {
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    List<Long> interior = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      long n = yBar.aval().dim(axis);
      long start = n == 0 ? x.dim(axis) : s.start().get(axis);
      long covered = n == 0 ? 0 : (n - 1) * s.stride().get(axis) + 1;
      lo.add(start);
      hi.add(x.dim(axis) - start - covered);
      interior.add(s.stride().get(axis) - 1);
    }
    return pad(b, new Pad(lo, hi, interior), yBar);
  }

  private static Atom pad(Builder b, Pad p, Atom x) {
    return b.emit(p, x, Literal.of(0, Aval.of(x.aval().dtype())));
  }

  /// The padding undone: what was cut gets 0, what was added is dropped.
  private static Atom unpad(Builder b, Pad p, Atom yBar, Aval x) {
    List<Long> none = Collections.nCopies(x.rank(), 0L);
    List<Long> lo = p.lo().stream().map(n -> -n).toList();
    List<Long> hi = p.hi().stream().map(n -> -n).toList();
    Atom spread = pad(b, new Pad(lo, hi, none), yBar);
    List<Long> stride = p.interior().stream().map(n -> n + 1).toList();
    return b.emit(new Slice(none, spread.aval().shape().dims(), stride), spread);
  }

  /// The sum of `yBar` where the result holds padding.
  private static Atom padding(Builder b, Pad p, Atom yBar, Atom x) {
    Atom one = Literal.of(1, Aval.of(x.aval().dtype()));
    Atom mask = b.emit(p, Axes.zero(x), one);
    return sum(b, b.mul(yBar, mask), Axes.range(0, mask.aval().rank()));
  }

  private static Atom part(Builder b, int axis, int i, Atom yBar, List<Atom> x) {
    long from = x.subList(0, i).stream().mapToLong(a -> a.aval().dim(axis)).sum();
    Shape whole = yBar.aval().shape();
    int rank = whole.rank();
    List<Long> start = Axes.at(rank, axis, from, 0);
    List<Long> limit =
        IntStream.range(0, rank)
            .mapToObj(k -> k == axis ? from + x.get(i).aval().dim(axis) : whole.dim(k))
            .toList();
    return b.emit(new Slice(start, limit, Stream.generate(() -> 1L).limit(rank).toList()), yBar);
  }
}
