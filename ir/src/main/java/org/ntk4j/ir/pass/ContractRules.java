package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Transpose;

/// Rules of contractions. A contraction without contracted axes stays one.
final class ContractRules {
  /// Scales are joined only if their product is far from underflow and overflow.
  private static final double LEAST_SCALE = 1e-12;

  private ContractRules() {}

  static Optional<Atom> apply(Rewriter r, Contract c, List<Atom> in) {
    return scaled(r, c, in)
        .or(() -> transposed(r, c, in, 0))
        .or(() -> transposed(r, c, in, 1))
        .or(() -> repeated(r, c, in, 0))
        .or(() -> repeated(r, c, in, 1))
        .or(() -> summed(r, c, in, 0))
        .or(() -> summed(r, c, in, 1));
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

  /// `contract(x · c, y · d) = contract(x, y) · (c · d)` for numbers `c`, `d`: products that differ
  /// in scale only are computed once. One level, and of both operands only: scales that gathered
  /// along a chain of products would overflow.
  private static Optional<Atom> scaled(Rewriter r, Contract c, List<Atom> in) {
    Aval result = c.resultAvals(in.stream().map(Atom::aval).toList()).getFirst();
    Optional<Literal> left = scale(r, in.get(0));
    Optional<Literal> right = scale(r, in.get(1));
    if (left.isEmpty() || right.isEmpty() || !result.isFloating()) {
      return Optional.empty();
    }
    double factor = left.get().value() * right.get().value();
    if (!(Math.abs(factor) > LEAST_SCALE && Math.abs(factor) < 1 / LEAST_SCALE)) {
      return Optional.empty();
    }
    Atom product = r.emit(c, unscaled(r, in.get(0)), unscaled(r, in.get(1)));
    return Optional.of(r.emit(new Mul(), product, Literal.of(factor, result)));
  }

  /// The number that `x` is a multiple of, if it was made so.
  private static Optional<Literal> scale(Rewriter r, Atom x) {
    return r.match(x, Mul.class)
        .flatMap(_ ->
            Stream.of(0, 1).map(k -> r.operand(x, k)).filter(Literal.class::isInstance).findFirst())
        .map(Literal.class::cast);
  }

  private static Atom unscaled(Rewriter r, Atom x) {
    return r.operand(x, r.operand(x, 0) instanceof Literal ? 1 : 0);
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

  /// `Σ_k broadcast_k(x)[..] y[k, ..] = x[..] Σ_k y[k, ..]` for repeated contracted axes.
  private static Optional<Atom> summed(Rewriter r, Contract c, List<Atom> in, int side) {
    Atom x = in.get(side);
    Atom y = in.get(1 - side);
    Optional<Broadcast> inner = r.match(x, Broadcast.class);
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> gone = new ArrayList<>(contracted(c, side));
    gone.removeAll(inner.get().axes());
    gone.removeIf(a -> x.aval().dim(a) <= 1);
    if (gone.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> partners = contracted(c, 1 - side);
    List<Integer> sums =
        gone.stream().map(a -> partners.get(contracted(c, side).indexOf(a))).toList();
    List<Integer> left = without(x, gone);
    Atom once =
        r.emit(
            new Broadcast(
                x.aval().shape().removeAll(gone),
                inner.get().axes().stream().map(left::indexOf).toList()),
            r.operand(x, 0));
    Atom sum = r.emit(new ReduceSum(sums.stream().sorted().toList()), y);
    Contract less = with(c, side, renumbered(batch(c, side), left), kept(c, side, left));
    List<Integer> rest = without(y, sums);
    Contract least =
        with(less, 1 - side, renumbered(batch(c, 1 - side), rest), kept(c, 1 - side, rest));
    return Optional.of(side == 0 ? r.emit(least, once, sum) : r.emit(least, sum, once));
  }

  private static List<Integer> without(Atom x, List<Integer> gone) {
    List<Integer> left = new ArrayList<>(AxisLinks.identity(x.aval().rank()));
    left.removeAll(gone);
    return left;
  }

  private static List<Integer> renumbered(List<Integer> axes, List<Integer> left) {
    return axes.stream().map(left::indexOf).toList();
  }

  /// The contracted axes that are left, renumbered.
  private static List<Integer> kept(Contract c, int side, List<Integer> left) {
    return renumbered(contracted(c, side).stream().filter(left::contains).toList(), left);
  }

  /// `Σ_a contract(x, y)`: over a batch axis it is a contraction, over a free axis the operand is
  /// summed first. `x` is the contraction, which nobody else reads.
  static Optional<Atom> sum(Rewriter r, ReduceSum op, Contract c, Atom x) {
    List<Atom> in = List.of(r.operand(x, 0), r.operand(x, 1));
    int batches = c.lhsBatch().size();
    List<Integer> leftFree = free(c, 0, in.get(0));
    List<List<Integer>> sums = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<Integer>> batch =
        List.of(new ArrayList<>(c.lhsBatch()), new ArrayList<>(c.rhsBatch()));
    List<List<Integer>> contracted =
        List.of(new ArrayList<>(c.lhsContract()), new ArrayList<>(c.rhsContract()));
    for (int axis : op.axes()) {
      if (axis < batches) {
        for (int side = 0; side < 2; side++) {
          batch.get(side).remove(batch(c, side).get(axis));
          contracted.get(side).add(batch(c, side).get(axis));
        }
      } else if (axis < batches + leftFree.size()) {
        sums.get(0).add(leftFree.get(axis - batches));
      } else {
        sums.get(1).add(free(c, 1, in.get(1)).get(axis - batches - leftFree.size()));
      }
    }
    List<Integer> left = without(in.get(0), sums.get(0));
    List<Integer> right = without(in.get(1), sums.get(1));
    Contract direct =
        new Contract(
            renumbered(batch.get(0), left),
            renumbered(batch.get(1), right),
            renumbered(contracted.get(0), left),
            renumbered(contracted.get(1), right));
    return Optional.of(
        r.emit(
            direct,
            r.emit(new ReduceSum(sums.get(0)), in.get(0)),
            r.emit(new ReduceSum(sums.get(1)), in.get(1))));
  }
}
