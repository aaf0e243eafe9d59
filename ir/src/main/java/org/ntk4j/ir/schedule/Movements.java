package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// An element of a pointwise equation's result in terms of elements of its operands.
final class Movements {
  private final Elements elements;

  Movements(Elements elements) {
    this.elements = elements;
  }

  /// Element `at` of the result of `e`, which is pointwise and no reshape.
  Expr apply(Equation e, List<Index> at) {
    return switch (e.op()) {
      case Elementwise _ -> scalar(e, at);
      case Multilinear op -> multilinear(op, e, at);
      case PiecewiseConstant op -> piecewiseConstant(op, e, at);
      case Nonlinear _, HigherOrder _ -> throw notPointwise(e);
    };
  }

  private Expr multilinear(Multilinear op, Equation e, List<Index> at) {
    Atom x = e.in().getFirst();
    return switch (op) {
      case Broadcast(_, var axes) -> elements.of(x, axes.stream().map(at::get).toList());
      case Transpose(var permutation) -> elements.of(x, transposed(permutation, at));
      case Slice(var start, _, var stride) -> elements.of(x, scaled(at, stride, start));
      case Reverse(var axes) -> elements.of(x, reversed(x.aval(), axes, at));
      case Pad pad -> pad(pad, e, at);
      case Concatenate(int axis) -> concatenate(e.in(), axis, at);
      case Gather gather -> gather(gather, e, at);
      case DynamicSlice(var sizes) ->
          elements.of(x, sum(at, start(e.in().get(1), x.aval().shape(), sizes)));
      case DynamicUpdateSlice _ -> update(e, at);
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> scalar(e, at);
      case Reshape _, ReduceSum _, WindowSum _, ScatterAdd _, CumSum _, Contract _, Conv _ ->
          throw notPointwise(e);
    };
  }

  private Expr piecewiseConstant(PiecewiseConstant op, Equation e, List<Index> at) {
    return switch (op) {
      case Iota(_, int axis, var to) -> new Expr.Position(to, at.get(axis));
      case RandomBits(var shape, var to) -> {
        Expr counter = new Expr.Position(DType.I64, elements.position(shape, at));
        Expr key = elements.of(e.in().getFirst(), List.of());
        yield new Expr.Apply(op, to, List.of(key, counter));
      }
      case StopGradient _ -> elements.of(e.in().getFirst(), at);
      case Compare _, Step _, Logic _, Classify _, Cast _ -> scalar(e, at);
      case ArgExtremum _, Constant _ -> throw notPointwise(e);
    };
  }

  /// The function of scalars that `e` is, of the elements `at` of its operands.
  private Expr scalar(Equation e, List<Index> at) {
    List<Expr> operands = e.in().stream().map(x -> elements.of(x, at)).toList();
    return new Expr.Apply(e.op(), e.result().aval().dtype(), operands);
  }

  private static IllegalStateException notPointwise(Equation e) {
    return new IllegalStateException("bug: no element of " + e + " by itself");
  }

  private static List<Index> transposed(List<Integer> permutation, List<Index> at) {
    Index[] moved = new Index[at.size()];
    for (int i = 0; i < moved.length; i++) {
      moved[permutation.get(i)] = at.get(i);
    }
    return Arrays.asList(moved);
  }

  private static List<Index> scaled(List<Index> at, List<Long> factor, List<Long> offset) {
    List<Index> scaled = new ArrayList<>();
    for (int k = 0; k < at.size(); k++) {
      scaled.add(at.get(k).times(factor.get(k)).plus(offset.get(k)));
    }
    return scaled;
  }

  private static List<Index> reversed(Aval x, List<Integer> axes, List<Index> at) {
    List<Index> reversed = new ArrayList<>(at);
    for (int axis : axes) {
      reversed.set(axis, at.get(axis).times(-1).plus(x.dim(axis) - 1));
    }
    return reversed;
  }

  private static List<Index> sum(List<Index> a, List<Index> b) {
    List<Index> sum = new ArrayList<>();
    for (int k = 0; k < a.size(); k++) {
      sum.add(a.get(k).plus(b.get(k)));
    }
    return sum;
  }

  private Expr pad(Pad pad, Equation e, List<Index> at) {
    Aval x = e.in().getFirst().aval();
    List<Index> inner = new ArrayList<>();
    List<Expr.Bound> bounds = new ArrayList<>();
    for (int k = 0; k < at.size(); k++) {
      long step = pad.interior().get(k) + 1;
      Index shifted = at.get(k).plus(-pad.lo().get(k));
      bounds.add(new Expr.Bound(shifted, 0, (x.dim(k) - 1) * step + 1, step));
      inner.add(divided(shifted, step));
    }
    if (x.size() == 0) {
      return elements.of(e.in().get(1), List.of());
    }
    return guarded(bounds, e.in().getFirst(), inner, e.in().get(1), List.of());
  }

  /// `index / step`, which is exact where it is used.
  Index divided(Index index, long step) {
    boolean exact =
        index.isAffine()
            && index.offset() % step == 0
            && index.coefficients().stream().allMatch(c -> c % step == 0);
    if (exact) {
      return new Index(
          index.offset() / step,
          index.coefficients().stream().map(c -> c / step).toList(),
          List.of());
    }
    return Index.computed(new Expr.Quotient(index, step, 0), index.rank());
  }

  /// `inside[inner]` where the bounds hold, `outside[outer]` elsewhere; what is known beforehand is
  /// not asked.
  private Expr guarded(
      List<Expr.Bound> bounds, Atom inside, List<Index> inner, Atom outside, List<Index> outer) {
    if (bounds.stream().anyMatch(b -> truth(b) == Truth.NEVER)) {
      return elements.of(outside, outer);
    }
    List<Expr.Bound> open = open(bounds);
    Expr value = elements.of(inside, inner);
    return open.isEmpty() ? value : new Expr.Guarded(open, value, elements.of(outside, outer));
  }

  /// Those of `bounds` that do not hold anyway.
  List<Expr.Bound> open(List<Expr.Bound> bounds) {
    return bounds.stream().filter(b -> truth(b) != Truth.ALWAYS).toList();
  }

  private enum Truth {
    ALWAYS,
    SOMETIMES,
    NEVER
  }

  private Truth truth(Expr.Bound bound) {
    if (!bound.value().isAffine()) {
      return Truth.SOMETIMES;
    }
    List<Long> extents = elements.domain().extents();
    long least = bound.value().minimum(extents);
    long most = bound.value().maximum(extents);
    if (most < bound.from() || least >= bound.to()) {
      return Truth.NEVER;
    }
    boolean regular =
        (bound.value().offset() - bound.from()) % bound.step() == 0
            && bound.value().coefficients().stream().allMatch(c -> c % bound.step() == 0);
    return least >= bound.from() && most < bound.to() && regular ? Truth.ALWAYS : Truth.SOMETIMES;
  }

  private Expr concatenate(List<Atom> pieces, int axis, List<Index> at) {
    long end = pieces.stream().mapToLong(x -> x.aval().dim(axis)).sum();
    Optional<Expr> value = Optional.empty();
    for (Atom piece : pieces.reversed()) {
      long start = end - piece.aval().dim(axis);
      Expr.Bound bound = new Expr.Bound(at.get(axis), start, end, 1);
      if (start < end && truth(bound) != Truth.NEVER) {
        List<Index> inner = new ArrayList<>(at);
        inner.set(axis, at.get(axis).plus(-start));
        Expr inside = elements.of(piece, inner);
        value =
            Optional.of(
                value.<Expr>map(v -> new Expr.Guarded(List.of(bound), inside, v)).orElse(inside));
      }
      end = start;
    }
    return value.orElseThrow(
        () -> new IllegalStateException("bug: no piece of a concatenation holds " + at));
  }

  private Expr gather(Gather gather, Equation e, List<Index> at) {
    Atom x = e.in().getFirst();
    Atom ids = e.in().get(1);
    int axis = gather.axis();
    int batch = gather.batch();
    int indexed = ids.aval().rank() - batch;
    List<Index> idsAt = new ArrayList<>(at.subList(0, batch));
    idsAt.addAll(at.subList(axis, axis + indexed));
    Index id = Index.computed(elements.of(ids, idsAt), elements.domain().rank());
    List<Index> inner = new ArrayList<>(at.subList(0, axis));
    inner.add(id);
    inner.addAll(at.subList(axis + indexed, at.size()));
    if (x.aval().size() == 0) {
      return new Expr.Constant(x.aval().dtype(), 0);
    }
    List<Expr.Bound> bounds = List.of(new Expr.Bound(id, 0, x.aval().dim(axis), 1));
    return new Expr.Guarded(bounds, elements.of(x, inner), new Expr.Constant(x.aval().dtype(), 0));
  }

  private Expr update(Equation e, List<Index> at) {
    Atom x = e.in().get(0);
    Atom u = e.in().get(1);
    Shape sizes = u.aval().shape();
    List<Index> start = start(e.in().get(2), x.aval().shape(), sizes);
    List<Index> inner = new ArrayList<>();
    List<Expr.Bound> bounds = new ArrayList<>();
    for (int k = 0; k < at.size(); k++) {
      Index shifted = at.get(k).plus(start.get(k).times(-1));
      inner.add(shifted);
      bounds.add(new Expr.Bound(shifted, 0, sizes.dim(k), 1));
    }
    return guarded(bounds, u, inner, x, at);
  }

  /// Where a block of `sizes` in `shape` starts: `start`, clamped so that it fits.
  private List<Index> start(Atom start, Shape shape, Shape sizes) {
    int rank = elements.domain().rank();
    List<Index> clamped = new ArrayList<>();
    for (int k = 0; k < shape.rank(); k++) {
      long most = shape.dim(k) - sizes.dim(k);
      if (most == 0) {
        clamped.add(Index.constant(0, rank));
        continue;
      }
      Expr given = elements.of(start, Collections.singletonList(Index.constant(k, rank)));
      Expr notLess = binary(BinaryFn.MAX, given, 0);
      clamped.add(Index.computed(binary(BinaryFn.MIN, notLess, most), rank));
    }
    return clamped;
  }

  private static Expr binary(BinaryFn fn, Expr x, long number) {
    Expr constant = new Expr.Constant(x.dtype(), number);
    return new Expr.Apply(new Binary(fn), x.dtype(), List.of(x, constant));
  }
}
