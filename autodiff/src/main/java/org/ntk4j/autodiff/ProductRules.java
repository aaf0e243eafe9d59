package org.ntk4j.autodiff;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Select;

/// Linearization of products, without a division, so that zeros are exact.
final class ProductRules {
  private ProductRules() {}

  /// `yDot = Σ_j xDot_j Π_{k ≠ j} x_k`: what comes before `j` times what comes after.
  static Dual reduce(Linearize l, ReduceProd op, Dual x) {
    Builder b = l.primal();
    Atom y = l.value(op, List.of(x));
    Shape shape = x.value().aval().shape();
    List<Integer> order = Axes.concat(Axes.others(shape.rank(), op.axes()), sorted(op.axes()));
    Atom moved = Axes.permute(b, x.value(), order);
    int kept = y.aval().rank();
    long n = moved.aval().shape().subShape(kept, shape.rank()).size();
    Atom flat = b.emit(new Reshape(y.aval().shape().insert(kept, n)), moved);
    Atom others = b.mul(exclusive(b, flat, kept, false), exclusive(b, flat, kept, true));
    Atom unflat = b.emit(new Reshape(moved.aval().shape()), others);
    Atom weight = Axes.permute(b, unflat, Axes.inverse(order));
    return new Dual(y, l.scaled(x, weight).map(t -> l.tangent().emit(new ReduceSum(op.axes()), t)));
  }

  private static List<Integer> sorted(List<Integer> axes) {
    return axes.stream().sorted().toList();
  }

  /// The product of the elements before (after, if `reverse`) each element of `axis`.
  private static Atom exclusive(Builder b, Atom x, int axis, boolean reverse) {
    int rank = x.aval().rank();
    List<Long> in = Axes.at(rank, axis, 1, 0);
    List<Long> out = Axes.at(rank, axis, -1, 0);
    Pad shift = new Pad(reverse ? out : in, reverse ? in : out, Axes.at(rank, axis, 0, 0));
    Atom shifted = b.emit(shift, x, Literal.of(1, Aval.of(x.aval().dtype())));
    return b.emit(new CumProd(axis, reverse), shifted);
  }

  /// `yDot_i = Σ_{j <= i} xDot_j Π_{k <= i, k ≠ j} x_k`: a table `[.., j, i]`, whose row `j` is the
  /// running product with factor `j` left out.
  static Dual cumulative(Linearize l, CumProd op, Dual x) {
    Builder b = l.primal();
    Atom y = l.value(op, List.of(x));
    int rank = x.value().aval().rank();
    Atom in = Axes.permute(b, x.value(), Axes.toLast(rank, op.axis()));
    Shape table = in.aval().shape().insert(rank, in.aval().dim(rank - 1));
    Atom wide =
        b.emit(new Broadcast(table, Axes.concat(Axes.range(0, rank - 1), List.of(rank))), in);
    Atom self = Axes.indices(b, table, rank - 1, Comparison.EQ, rank);
    Atom without = b.emit(new Select(), self, Axes.one(wide), wide);
    Atom running = b.emit(new CumProd(rank, op.reverse()), without);
    Atom seen =
        Axes.indices(b, table, rank - 1, op.reverse() ? Comparison.GE : Comparison.LE, rank);
    Atom weight = b.emit(new Select(), seen, running, Axes.zero(running));
    return new Dual(y, applyTable(l, x, op.axis(), weight));
  }

  /// `yDot[.., i] = Σ_j xDot[.., j] table[.., j, i]` along `axis`.
  static Optional<Atom> applyTable(Linearize l, Dual x, int axis, Atom table) {
    Builder b = l.tangent();
    int rank = x.value().aval().rank();
    List<Integer> last = Axes.toLast(rank, axis);
    List<Integer> batch = Axes.range(0, rank - 1);
    Contract product = new Contract(batch, batch, List.of(rank - 1), List.of(rank - 1));
    return x.tangent()
        .map(t -> b.emit(product, Axes.permute(b, t, last), table))
        .map(t -> Axes.permute(b, t, Axes.inverse(last)));
  }
}
