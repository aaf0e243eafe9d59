package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.ScatterAdd;
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

  /// The box of the iterations of `e`: the axes of the operand, or those of the result and of the
  /// window.
  static Shape shape(Equation e) {
    return window(e)
        .map(w -> e.result().aval().shape().concat(Shape.of(w.size())))
        .orElseGet(() -> operand(e).aval().shape());
  }

  static double iterations(Equation e) {
    return shape(e).size();
  }

  /// Whether each iteration reads one element of the operand, in its order.
  static boolean isPlain(Equation e) {
    return reduced(e).isPresent();
  }

  private static Optional<Window> window(Equation e) {
    if (e.op() instanceof WindowSum(var window)) {
      return Optional.of(window);
    }
    return e.op() instanceof WindowExtremum(_, var window) ? Optional.of(window) : Optional.empty();
  }

  private static Optional<List<Integer>> reduced(Equation e) {
    if (e.op() instanceof ReduceSum(var axes)) {
      return Optional.of(axes);
    }
    if (e.op() instanceof ReduceExtremum(_, var axes)) {
      return Optional.of(axes);
    }
    return e.op() instanceof ReduceProd(var axes) ? Optional.of(axes) : Optional.empty();
  }

  private static Atom operand(Equation e) {
    return e.in().get(e.op() instanceof ScatterAdd ? 1 : 0);
  }

  /// How elements are combined.
  static Combine combine(Equation e) {
    if (e.op() instanceof ReduceExtremum(var kind, _)) {
      return combine(kind);
    }
    if (e.op() instanceof WindowExtremum(var kind, _)) {
      return combine(kind);
    }
    return e.op() instanceof ReduceProd ? Combine.MUL : Combine.ADD;
  }

  private static Combine combine(Extremum kind) {
    return switch (kind) {
      case MAX -> Combine.MAX;
      case MIN -> Combine.MIN;
    };
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
    if (e.op() instanceof ScatterAdd scatter) {
      return scatter(scatter, e, slot, at);
    }
    Optional<Window> window = window(e);
    if (window.isPresent()) {
      return window(window.get(), e, slot, at);
    }
    List<Integer> reduced = reduced(e).orElseThrow(() -> new IllegalStateException("bug: " + e));
    List<Index> kept = new ArrayList<>();
    for (int k = 0; k < at.size(); k++) {
      if (!reduced.contains(k)) {
        kept.add(at.get(k));
      }
    }
    return store(e, slot, List.of(), kept, elements.of(operand(e), at));
  }

  private Store store(Equation e, int slot, List<Expr.Bound> bounds, List<Index> to, Expr value) {
    Index position = elements.position(e.result().aval().shape(), to);
    return new Store(slot, combine(e), bounds, position, value);
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
