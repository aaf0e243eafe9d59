package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;

/// Rules of sums and other reductions.
final class ReductionRules {
  private ReductionRules() {}

  static Optional<Atom> nonlinear(Rewriter r, Nonlinear op, List<Atom> in) {
    return switch (op) {
      case ReduceExtremum(_, var axes) -> single(r, axes, in.getFirst());
      case ReduceProd(var axes) -> single(r, axes, in.getFirst());
      case WindowExtremum(_, Window window) -> window(window, in.getFirst());
      case CumProd(int axis, _) -> running(axis, in.getFirst());
      case CumExtremum(_, int axis, _) -> running(axis, in.getFirst());
      case Sort _, TopK _, Cholesky _, TriangularSolve _ -> Optional.empty();
    };
  }

  static Optional<Atom> sum(Rewriter r, ReduceSum op, Atom x) {
    return single(r, op.axes(), x)
        .or(() -> ofNothing(op, x))
        .or(() -> ofEqual(op, x))
        .or(() -> r.match(x, ReduceSum.class).map(inner -> atOnce(r, inner, op, x)))
        .or(() -> r.match(x, Broadcast.class).flatMap(inner -> repeated(r, inner, op, x)))
        .or(() ->
            r.match(x, Contract.class)
                .filter(_ -> r.isReadOnce(x))
                .flatMap(inner -> ContractRules.sum(r, op, inner, x)));
  }

  /// A reduction over no axes is its operand, over axes of size 1 a reshape of it.
  private static Optional<Atom> single(Rewriter r, List<Integer> axes, Atom x) {
    return axes.stream().allMatch(a -> x.aval().dim(a) == 1)
        ? Optional.of(r.emit(new Reshape(x.aval().shape().removeAll(axes)), x))
        : Optional.empty();
  }

  /// The sum of no elements is 0.
  private static Optional<Atom> ofNothing(ReduceSum op, Atom x) {
    Shape rest = x.aval().shape().removeAll(op.axes());
    return op.axes().stream().anyMatch(a -> x.aval().dim(a) == 0)
        ? Optional.of(Literal.of(0, x.aval().withShape(rest)))
        : Optional.empty();
  }

  private static long count(Atom x, List<Integer> axes) {
    return axes.stream().mapToLong(a -> x.aval().dim(a)).reduce(1, Math::multiplyExact);
  }

  /// `Σ_n c = n c` for a literal.
  private static Optional<Atom> ofEqual(ReduceSum op, Atom x) {
    if (!(x instanceof Literal literal)) {
      return Optional.empty();
    }
    Aval rest = x.aval().withShape(x.aval().shape().removeAll(op.axes()));
    long n = count(x, op.axes());
    return Optional.of(
        rest.isFloating()
            ? Literal.of(n * literal.value(), rest)
            : new Literal(rest, n * literal.bits()));
  }

  /// `Σ_a Σ_b x = Σ_{a,b} x`.
  private static Atom atOnce(Rewriter r, ReduceSum inner, ReduceSum outer, Atom x) {
    Atom source = r.operand(x, 0);
    List<Integer> left = new ArrayList<>(AxisLinks.identity(source.aval().rank()));
    left.removeAll(inner.axes());
    List<Integer> axes = new ArrayList<>(inner.axes());
    outer.axes().forEach(a -> axes.add(left.get(a)));
    Collections.sort(axes);
    return r.emit(new ReduceSum(axes), source);
  }

  /// `Σ_{n,i} broadcast_n(x)[n, i, ..] = n Σ_i x[i, ..]`.
  private static Optional<Atom> repeated(Rewriter r, Broadcast inner, ReduceSum op, Atom x) {
    List<Integer> news = op.axes().stream().filter(a -> !inner.axes().contains(a)).toList();
    if (news.isEmpty()) {
      return Optional.empty();
    }
    Atom source = r.operand(x, 0);
    List<Integer> own =
        IntStream.range(0, inner.axes().size())
            .filter(k -> op.axes().contains(inner.axes().get(k)))
            .boxed()
            .toList();
    Atom sum = r.emit(new ReduceSum(own), source);
    Atom scaled = r.emit(new Mul(), sum, Literal.of(count(x, news), sum.aval()));
    List<Integer> left = new ArrayList<>(AxisLinks.identity(x.aval().rank()));
    left.removeAll(op.axes());
    List<Integer> axes =
        inner.axes().stream().filter(a -> !op.axes().contains(a)).map(left::indexOf).toList();
    Shape shape = x.aval().shape().removeAll(op.axes());
    return Optional.of(r.emit(new Broadcast(shape, axes), scaled));
  }

  /// A running result along at most one element is that element.
  static Optional<Atom> running(int axis, Atom x) {
    return x.aval().dim(axis) <= 1 ? Optional.of(x) : Optional.empty();
  }

  /// Windows of the one element at their position.
  static Optional<Atom> window(Window window, Atom x) {
    List<Integer> pointwise = AxisLinks.windows(x.aval().shape(), window);
    return pointwise.contains(AxisLinks.NONE) ? Optional.empty() : Optional.of(x);
  }
}
