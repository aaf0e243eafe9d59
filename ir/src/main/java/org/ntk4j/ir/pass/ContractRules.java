package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Transpose;

/// Rules of contractions. A contraction without contracted axes stays one.
final class ContractRules {
  private ContractRules() {}

  static Optional<Atom> apply(Rewriter r, Contract c, List<Atom> in) {
    return transposed(r, c, in, 0)
        .or(() -> transposed(r, c, in, 1))
        .or(() -> repeated(r, c, in, 0))
        .or(() -> repeated(r, c, in, 1));
  }

  private static List<Integer> batch(Contract c, int side) {
    return side == 0 ? c.lhsBatch() : c.rhsBatch();
  }

  private static List<Integer> contracted(Contract c, int side) {
    return side == 0 ? c.lhsContract() : c.rhsContract();
  }

  private static List<Integer> free(Contract c, int side, Atom x) {
    List<Integer> free = new ArrayList<>(AxisLinks.identity(x.aval().rank()));
    free.removeAll(batch(c, side));
    free.removeAll(contracted(c, side));
    return free;
  }

  private static Contract with(
      Contract c, int side, List<Integer> batch, List<Integer> contracted) {
    return side == 0
        ? new Contract(batch, c.rhsBatch(), contracted, c.rhsContract())
        : new Contract(c.lhsBatch(), batch, c.lhsContract(), contracted);
  }

  private static Atom emit(Rewriter r, Contract c, List<Atom> in, int side, Atom x) {
    return side == 0 ? r.emit(c, x, in.get(1)) : r.emit(c, in.get(0), x);
  }

  private static List<Integer> rename(List<Integer> axes, List<Integer> names) {
    return axes.stream().map(names::get).toList();
  }

  /// `contract(transpose(x), y) = contract(x, y)` with other axis numbers, if the free axes stay in
  /// order.
  private static Optional<Atom> transposed(Rewriter r, Contract c, List<Atom> in, int side) {
    Atom x = in.get(side);
    Optional<Transpose> inner = r.match(x, Transpose.class);
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> names = inner.get().permutation();
    List<Integer> free = rename(free(c, side, x), names);
    if (!free.equals(free.stream().sorted().toList())) {
      return Optional.empty();
    }
    Contract direct =
        with(c, side, rename(batch(c, side), names), rename(contracted(c, side), names));
    return Optional.of(emit(r, direct, in, side, r.operand(x, 0)));
  }

  /// `contract(broadcast(x), y) = broadcast(contract(x, y))` for repeated free axes.
  private static Optional<Atom> repeated(Rewriter r, Contract c, List<Atom> in, int side) {
    Atom x = in.get(side);
    Optional<Broadcast> inner = r.match(x, Broadcast.class);
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> gone = new ArrayList<>(free(c, side, x));
    gone.removeAll(inner.get().axes());
    if (gone.stream().allMatch(a -> x.aval().dim(a) <= 1)) {
      return Optional.empty();
    }
    List<Integer> left = new ArrayList<>(AxisLinks.identity(x.aval().rank()));
    left.removeAll(gone);
    Shape small = x.aval().shape().removeAll(gone);
    Atom source =
        r.emit(
            new Broadcast(small, inner.get().axes().stream().map(left::indexOf).toList()),
            r.operand(x, 0));
    Contract less =
        with(
            c,
            side,
            batch(c, side).stream().map(left::indexOf).toList(),
            contracted(c, side).stream().map(left::indexOf).toList());
    List<Integer> kept = keptAxes(c, in, side, gone);
    Shape shape = c.resultAvals(in.stream().map(Atom::aval).toList()).getFirst().shape();
    return Optional.of(r.emit(new Broadcast(shape, kept), emit(r, less, in, side, source)));
  }

  /// Axes of the result that do not come from the axes `gone` of operand `side`.
  private static List<Integer> keptAxes(Contract c, List<Atom> in, int side, List<Integer> gone) {
    List<Aval> avals = in.stream().map(Atom::aval).toList();
    List<Integer> links = AxisLinks.of(c, avals, side, 0);
    List<Integer> repeated = gone.stream().map(links::get).toList();
    int rank = c.resultAvals(avals).getFirst().rank();
    return IntStream.range(0, rank).filter(a -> !repeated.contains(a)).boxed().toList();
  }
}
