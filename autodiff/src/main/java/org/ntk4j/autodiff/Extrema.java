package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;

/// Linearization of largest and smallest elements: tied elements share the tangent evenly.
///
/// `yDot = Σ_j weight_j xDot_j` with `weight_j = [x_j = y] / #{k: x_k = y}`.
final class Extrema {
  private Extrema() {}

  static Dual reduce(Linearize l, ReduceExtremum op, Dual x) {
    Builder b = l.primal();
    Atom y = l.value(op, List.of(x));
    Shape shape = x.value().aval().shape();
    List<Integer> kept = Axes.others(shape.rank(), op.axes());
    Atom won = equal(b, x.value(), b.emit(new Broadcast(shape, kept), y), y);
    Atom count = b.emit(new ReduceSum(op.axes()), won);
    Atom weight = b.div(won, b.emit(new Broadcast(shape, kept), count));
    return new Dual(y, l.scaled(x, weight).map(t -> l.tangent().emit(new ReduceSum(op.axes()), t)));
  }

  /// The elements that each result compares are a row of an `[.., in, out]` table.
  static Dual cumulative(Linearize l, CumExtremum op, Dual x) {
    Builder b = l.primal();
    Atom y = l.value(op, List.of(x));
    int rank = x.value().aval().rank();
    List<Integer> last = Axes.toLast(rank, op.axis());
    Atom in = Axes.permute(b, x.value(), last);
    Atom out = Axes.permute(b, y, last);
    Shape table = in.aval().shape().insert(rank, in.aval().dim(rank - 1));
    List<Integer> leading = Axes.range(0, rank - 1);
    Atom wide = b.emit(new Broadcast(table, Axes.range(0, rank)), in);
    Atom result = b.emit(new Broadcast(table, Axes.concat(leading, List.of(rank))), out);
    Atom seen =
        Axes.indices(b, table, rank - 1, op.reverse() ? Comparison.GE : Comparison.LE, rank);
    Atom won = both(b, b.emit(new Compare(Comparison.EQ), wide, result), seen, y);
    Atom count = b.emit(new ReduceSum(List.of(rank - 1)), won);
    Atom weight =
        b.div(won, b.emit(new Broadcast(table, Axes.concat(leading, List.of(rank))), count));
    return new Dual(y, ProductRules.applyTable(l, x, op.axis(), weight));
  }

  /// Each element of the windows is a strided slice of the padded operand.
  static Dual window(Linearize l, WindowExtremum op, Dual x) {
    Builder b = l.primal();
    Atom y = l.value(op, List.of(x));
    if (y.aval().size() == 0 || x.value().aval().size() == 0) {
      return Dual.constant(y);
    }
    Window w = op.window();
    Atom padded = pad(b, w, x.value());
    Atom inside = pad(b, w, Axes.one(x.value()));
    List<Slice> elements = elements(w, y.aval().shape());
    List<Atom> won = new ArrayList<>();
    for (Slice slice : elements) {
      Atom present = b.emit(new Compare(Comparison.EQ), b.emit(slice, inside), Axes.one(y));
      Atom same = b.emit(new Compare(Comparison.EQ), b.emit(slice, padded), y);
      won.add(both(b, same, present, y));
    }
    // A window of padding only has no winner, and its result does not move.
    Atom count = b.max(won.stream().reduce(b::add).orElseThrow(), Axes.one(y));
    Atom xDot = pad(l.tangent(), w, x.tangentOrZero());
    Optional<Atom> yDot = Optional.empty();
    for (int i = 0; i < elements.size(); i++) {
      Atom weight = b.div(won.get(i), count);
      Atom element = l.tangent().emit(elements.get(i), xDot);
      yDot = l.sum(yDot, Optional.of(l.tangent().mul(element, weight)));
    }
    return new Dual(y, yDot);
  }

  private static Atom pad(Builder b, Window w, Atom x) {
    List<Long> interior = w.baseDilation().stream().map(d -> d - 1).toList();
    Atom zero = Literal.of(0, Aval.of(x.aval().dtype()));
    return b.emit(new Pad(w.padLo(), w.padHi(), interior), x, zero);
  }

  /// For each element of a window, the slice of the padded operand that holds it for all windows.
  private static List<Slice> elements(Window w, Shape windows) {
    int rank = windows.rank();
    long count = w.size().stream().reduce(1L, Math::multiplyExact);
    List<Slice> slices = new ArrayList<>();
    for (long index = 0; index < count; index++) {
      long[] start = new long[rank];
      long rest = index;
      for (int axis = rank - 1; axis >= 0; axis--) {
        start[axis] = rest % w.size().get(axis) * w.windowDilation().get(axis);
        rest /= w.size().get(axis);
      }
      List<Long> limit =
          IntStream.range(0, rank)
              .mapToObj(i -> start[i] + w.strides().get(i) * (windows.dim(i) - 1) + 1)
              .toList();
      slices.add(new Slice(Arrays.stream(start).boxed().toList(), limit, w.strides()));
    }
    return slices;
  }

  /// 1 where `x = y`, else 0, in the dtype of `like`.
  private static Atom equal(Builder b, Atom x, Atom y, Atom like) {
    return b.emit(new Cast(like.aval().dtype()), b.emit(new Compare(Comparison.EQ), x, y));
  }

  private static Atom both(Builder b, Atom p, Atom q, Atom like) {
    return b.emit(new Cast(like.aval().dtype()), b.emit(new Logic(LogicFn.AND), p, q));
  }
}
