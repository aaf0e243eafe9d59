package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Equations of role [Role#REDUCTION] as stores of a loop nest.
final class Reductions {
  private final Elements elements;
  private final Movements movements;

  Reductions(Elements elements) {
    this.elements = elements;
    this.movements = new Movements(elements);
  }

  /// How elements of the operand are combined, and which of them into which of the result.
  private record Reduction(Combine combine, Over over) {}

  private sealed interface Over {
    /// All along these axes into one.
    record Axes(List<Integer> axes) implements Over {}

    /// Those of a window into one.
    record Taps(Window window) implements Over {}

    /// Each into one that an index tells.
    record Scattered(ScatterAdd op) implements Over {}
  }

  private static Reduction reduction(Equation e) {
    return switch (e.op()) {
      case Multilinear op -> reduction(op);
      case Nonlinear op -> reduction(op);
      case Elementwise _, PiecewiseConstant _, HigherOrder _ -> throw notReduction(e.op());
    };
  }

  private static Reduction reduction(Multilinear op) {
    return switch (op) {
      case ReduceSum(var axes) -> new Reduction(Combine.ADD, new Over.Axes(axes));
      case WindowSum(var window) -> new Reduction(Combine.ADD, new Over.Taps(window));
      case ScatterAdd scatter -> new Reduction(Combine.ADD, new Over.Scattered(scatter));
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> throw notReduction(op);
      case Broadcast _, Reshape _, Transpose _, Slice _, Pad _ -> throw notReduction(op);
      case Concatenate _, Reverse _, Gather _ -> throw notReduction(op);
      case DynamicSlice _, DynamicUpdateSlice _ -> throw notReduction(op);
      case Contract _, Conv _, CumSum _ -> throw notReduction(op);
    };
  }

  private static Reduction reduction(Nonlinear op) {
    return switch (op) {
      case ReduceExtremum(var kind, var axes) -> new Reduction(combine(kind), new Over.Axes(axes));
      case WindowExtremum(var kind, var window) ->
          new Reduction(combine(kind), new Over.Taps(window));
      case ReduceProd(var axes) -> new Reduction(Combine.MUL, new Over.Axes(axes));
      case CumExtremum _, CumProd _, Sort _, TopK _ -> throw notReduction(op);
      case Cholesky _, TriangularSolve _ -> throw notReduction(op);
    };
  }

  private static IllegalStateException notReduction(Primitive op) {
    return new IllegalStateException("bug: " + op.mnemonic() + " is no reduction");
  }

  private static Combine combine(Extremum kind) {
    return switch (kind) {
      case MAX -> Combine.MAX;
      case MIN -> Combine.MIN;
    };
  }

  /// The box of the iterations of `e`: the axes of the operand, or those of the result and of the
  /// window.
  static Shape shape(Equation e) {
    return switch (reduction(e).over()) {
      case Over.Taps(var window) -> e.result().aval().shape().concat(Shape.of(window.size()));
      case Over.Axes _, Over.Scattered _ -> operand(e).aval().shape();
    };
  }

  static double iterations(Equation e) {
    return shape(e).size();
  }

  private static Atom operand(Equation e) {
    return e.in().get(e.op() instanceof ScatterAdd ? 1 : 0);
  }

  /// The neutral element of `combine`, as bits of a literal.
  static long neutral(Combine combine, DType dtype) {
    return switch (dtype) {
      case F32, F64 -> Double.doubleToLongBits(neutral(combine));
      case I32 -> Math.clamp(integer(combine), Integer.MIN_VALUE, Integer.MAX_VALUE);
      case I64 -> integer(combine);
      case BOOL -> Math.clamp(integer(combine), 0, 1);
    };
  }

  private static double neutral(Combine combine) {
    return switch (combine) {
      case SET, ADD -> 0;
      case MUL -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  private static long integer(Combine combine) {
    return switch (combine) {
      case SET, ADD -> 0;
      case MUL -> 1;
      case MAX -> Long.MIN_VALUE;
      case MIN -> Long.MAX_VALUE;
    };
  }

  /// The store of iteration `at` of `e` into `slot`.
  Store store(Equation e, int slot, List<Index> at) {
    return switch (reduction(e).over()) {
      case Over.Axes(var axes) -> along(axes, e, slot, at);
      case Over.Taps(var window) -> window(window, e, slot, at);
      case Over.Scattered(var op) -> scatter(op, e, slot, at);
    };
  }

  private Store along(List<Integer> axes, Equation e, int slot, List<Index> at) {
    List<Index> kept = new ArrayList<>();
    for (int k = 0; k < at.size(); k++) {
      if (!axes.contains(k)) {
        kept.add(at.get(k));
      }
    }
    return store(e, slot, List.of(), kept, elements.of(operand(e), at));
  }

  private Store store(Equation e, int slot, List<Expr.Bound> bounds, List<Index> to, Expr value) {
    Index position = elements.position(e.result().aval().shape(), to);
    return new Store(slot, reduction(e).combine(), bounds, position, value);
  }

  private Store window(Window w, Equation e, int slot, List<Index> at) {
    int rank = w.size().size();
    Shape x = operand(e).aval().shape();
    List<Index> to = at.subList(0, rank);
    List<Index> from = new ArrayList<>();
    List<Expr.Bound> bounds = new ArrayList<>();
    for (int k = 0; k < rank; k++) {
      Index tap = at.get(rank + k).times(w.windowDilation().get(k));
      long spacing = w.baseDilation().get(k);
      Index place = to.get(k).times(w.strides().get(k)).plus(tap).plus(-w.padLo().get(k));
      bounds.add(new Expr.Bound(place, 0, (x.dim(k) - 1) * spacing + 1, spacing));
      from.add(movements.divided(place, spacing));
    }
    return store(e, slot, movements.open(bounds), to, elements.of(operand(e), from));
  }

  private Store scatter(ScatterAdd op, Equation e, int slot, List<Index> at) {
    Atom ids = e.in().getFirst();
    int end = op.axis() + ids.aval().rank() - op.batch();
    List<Index> idsAt = new ArrayList<>(at.subList(0, op.batch()));
    idsAt.addAll(at.subList(op.axis(), end));
    Index id = Index.computed(elements.of(ids, idsAt), elements.domain().rank());
    List<Index> to = new ArrayList<>(at.subList(0, op.axis()));
    to.add(id);
    to.addAll(at.subList(end, at.size()));
    List<Expr.Bound> bounds = List.of(new Expr.Bound(id, 0, op.size(), 1));
    return store(e, slot, bounds, to, elements.of(operand(e), at));
  }
}
