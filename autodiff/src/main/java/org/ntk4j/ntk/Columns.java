package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;

/// Loops over the elements of one output of the second side: results `[a' kept.., a free..]`.
///
/// An element is a pair of an index over the axes that the kernel keeps and one over those it
/// traces; the inner loop, over the traced ones, sums.
final class Columns {
  private final KernelEntry entry;
  private final LinearSide push;
  private final LinearSide pull;
  private final int from;
  private final List<Integer> separately;
  private final Aval seed;
  private final List<Integer> kept;
  private final List<Integer> traced;
  private final List<Integer> unified;

  /// @param from the first axis that is looped over: 1 if both sides are given for one example,
  ///   else 0
  /// @param separately numbers of the active parameters whose kernels are wanted one by one; empty
  ///   for their sum
  Columns(KernelEntry entry, LinearSide push, LinearSide pull, int from, List<Integer> separately) {
    this.entry = entry;
    this.push = push;
    this.pull = pull;
    this.from = from;
    this.separately = separately;
    this.seed = pull.outputs().get(entry.second()).aval();
    List<Integer> axes = IntStream.range(from, seed.rank()).boxed().toList();
    this.traced = axes.stream().filter(entry.axes().trace()::contains).toList();
    this.kept = axes.stream().filter(k -> !traced.contains(k)).toList();
    this.unified = axes.stream().filter(entry.axes()::unifies).toList();
  }

  List<Atom> emit(Builder b) {
    long count = along(kept).size();
    List<Atom> stacked =
        Loop.stack(b, count, counter(b, count), (inner, index) -> summed(inner, index.getFirst()));
    Shape shape = along(kept).shape();
    return stacked.stream()
        .map(x -> b.emit(new Reshape(shape.concat(x.aval().shape().remove(0))), x))
        .map(Atom.class::cast)
        .toList();
  }

  private List<Atom> summed(Builder b, Atom index) {
    Atom keptRow = OneHot.row(b, index, along(kept));
    if (traced.isEmpty()) {
      return column(b, keptRow, keptRow);
    }
    long count = along(traced).size();
    return Loop.sum(
        b,
        count,
        counter(b, count),
        (inner, t) -> column(inner, keptRow, OneHot.row(inner, t.getFirst(), along(traced))));
  }

  private static List<Atom> counter(Builder b, long count) {
    return List.of(b.emit(new Iota(Shape.of(count), 0, DType.I64)));
  }

  private Aval along(List<Integer> axes) {
    return seed.withShape(Shape.of(axes.stream().map(seed::dim).toList()));
  }

  /// `K[.., a']` at the axes that the first side has of its own.
  private List<Atom> column(Builder b, Atom keptRow, Atom tracedRow) {
    Atom yBar = spread(b, keptRow, kept, seed.shape());
    if (!traced.isEmpty()) {
      yBar = b.emit(new Mul(), yBar, spread(b, tracedRow, traced, seed.shape()));
    }
    List<Atom> gradients = pull.pull(b, pull.cotangents(entry.second(), yBar));
    List<Atom> columns = new ArrayList<>();
    if (separately.isEmpty()) {
      columns.add(push.push(b, gradients).get(entry.first()));
    }
    for (int k : separately) {
      List<Atom> one = LinearSide.zeros(push.tangents());
      one.set(k, gradients.get(k));
      columns.add(push.push(b, one).get(entry.first()));
    }
    Atom mask = mask(b, keptRow, tracedRow);
    return columns.stream().map(x -> pick(b, x, mask)).toList();
  }

  /// `e[u..] = 1` at the element's own index of the shared axes.
  private Atom mask(Builder b, Atom keptRow, Atom tracedRow) {
    Shape shape = along(unified).shape();
    List<Integer> diagonal = kept.stream().filter(unified::contains).toList();
    List<Integer> others =
        IntStream.range(0, kept.size())
            .filter(i -> !unified.contains(kept.get(i)))
            .boxed()
            .toList();
    Atom reduced = others.isEmpty() ? keptRow : b.emit(new ReduceSum(others), keptRow);
    Atom mask = spread(b, reduced, positions(diagonal), shape);
    if (traced.isEmpty()) {
      return mask;
    }
    return b.emit(new Mul(), mask, spread(b, tracedRow, positions(traced), shape));
  }

  private List<Integer> positions(List<Integer> axes) {
    return axes.stream().map(unified::indexOf).toList();
  }

  private static Atom spread(Builder b, Atom x, List<Integer> axes, Shape shape) {
    return b.emit(new Broadcast(shape, axes), x);
  }

  /// `x` at the index of the shared axes, which disappear.
  private Atom pick(Builder b, Atom x, Atom mask) {
    Atom picked = x;
    if (!unified.isEmpty()) {
      List<Integer> all = IntStream.range(0, unified.size()).boxed().toList();
      Atom weights = KernelSetting.convert(b, mask, x.aval().dtype());
      picked = b.emit(new Contract(List.of(), List.of(), unified, all), x, weights);
    }
    boolean one = from == 1 && entry.axes().unifies(0);
    return one ? b.emit(new Reshape(picked.aval().shape().remove(0)), picked) : picked;
  }
}
