package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;

/// Linearization of orders: tangents follow the permutation.
final class Ordering {
  private Ordering() {}

  /// Sorts the positions along with the operands, and takes the tangents from there.
  static List<Dual> sort(Linearize l, Sort op, List<Dual> x) {
    Builder b = l.primal();
    List<Atom> in = new ArrayList<>(Dual.values(x));
    in.add(b.emit(new Iota(in.getFirst().aval().shape(), op.axis(), DType.I32)));
    List<? extends Atom> out = b.emitAll(op, in);
    List<Integer> last = Axes.toLast(in.getFirst().aval().rank(), op.axis());
    Atom from = Axes.permute(b, out.getLast(), last);
    return IntStream.range(0, x.size())
        .mapToObj(i -> new Dual(out.get(i), x.get(i).tangent().map(t -> take(l, t, from, last))))
        .toList();
  }

  static List<Dual> topK(Linearize l, TopK op, Dual x) {
    List<? extends Atom> out = l.primal().emitAll(op, List.of(x.value()));
    List<Integer> order = Axes.range(0, x.value().aval().rank());
    Atom from = out.getLast();
    return List.of(
        new Dual(out.getFirst(), x.tangent().map(t -> take(l, t, from, order))),
        Dual.constant(from));
  }

  /// `xDot[.., from[.., i]]` along the last axis of `xDot` permuted to `order`, permuted back.
  private static Atom take(Linearize l, Atom xDot, Atom from, List<Integer> order) {
    Builder b = l.tangent();
    int axis = order.size() - 1;
    Atom taken = b.emit(new Gather(axis, axis), Axes.permute(b, xDot, order), from);
    return Axes.permute(b, taken, Axes.inverse(order));
  }
}
