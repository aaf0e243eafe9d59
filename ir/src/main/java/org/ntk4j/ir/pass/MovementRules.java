package org.ntk4j.ir.pass;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;

/// Rules of primitives that move elements.
final class MovementRules {
  private MovementRules() {}

  /// A move of a tensor filled with one value is a tensor filled with it.
  static Optional<Atom> filled(Atom x, Shape shape) {
    return x instanceof Literal literal
        ? Optional.of(new Literal(x.aval().withShape(shape), literal.bits()))
        : Optional.empty();
  }

  private static Optional<Atom> identity(Atom x, boolean unchanged) {
    return unchanged ? Optional.of(x) : Optional.empty();
  }

  /// To its own shape; of a broadcast.
  static Optional<Atom> broadcast(Rewriter r, Broadcast op, Atom x) {
    return identity(x, x.aval().shape().equals(op.shape()))
        .or(() -> filled(x, op.shape()))
        .or(() -> r.match(x, Broadcast.class).map(inner -> twice(r, inner, op, x)));
  }

  private static Atom twice(Rewriter r, Broadcast inner, Broadcast outer, Atom x) {
    List<Integer> axes = inner.axes().stream().map(outer.axes()::get).toList();
    return r.emit(new Broadcast(outer.shape(), axes), r.operand(x, 0));
  }

  /// To its own shape; of a reshape.
  static Optional<Atom> reshape(Rewriter r, Reshape op, Atom x) {
    return identity(x, x.aval().shape().equals(op.shape()))
        .or(() -> filled(x, op.shape()))
        .or(() -> r.match(x, Reshape.class).map(_ -> r.emit(op, r.operand(x, 0))));
  }

  /// The identity; of a transpose, of a broadcast, of a reshape.
  static Optional<Atom> transpose(Rewriter r, Transpose op, Atom x) {
    List<Integer> permutation = op.permutation();
    return identity(x, permutation.equals(AxisLinks.identity(permutation.size())))
        .or(() -> filled(x, x.aval().shape().permute(permutation)))
        .or(() -> inOrder(r, op, x))
        .or(() -> r.match(x, Transpose.class).map(inner -> composed(r, inner, op, x)))
        .or(() -> r.match(x, Broadcast.class).flatMap(inner -> spread(r, inner, op, x)))
        .or(() -> r.match(x, Reshape.class).flatMap(_ -> regrouped(r, op, x)));
  }

  /// `transpose(reshape(x)) = reshape(transpose(x))` if only whole groups of axes change places:
  /// transposes of transposes meet, and reshapes cost nothing.
  private static Optional<Atom> regrouped(Rewriter r, Transpose op, Atom x) {
    Atom source = r.operand(x, 0);
    return AxisGroups.permuted(source.aval().shape(), x.aval().shape(), op.permutation())
        .map(permutation ->
            r.emit(
                new Reshape(x.aval().shape().permute(op.permutation())),
                r.emit(new Transpose(permutation), source)));
  }

  /// `f(transpose(x), transpose(y)) = transpose(f(x, y))` for `f` that treats all elements alike:
  /// one move in place of two.
  static Optional<Atom> together(Rewriter r, Primitive op, List<Atom> in) {
    if (in.size() != 2 || !in.stream().allMatch(r::isReadOnce)) {
      return Optional.empty();
    }
    Optional<Transpose> first = r.match(in.get(0), Transpose.class);
    if (first.isEmpty() || !first.equals(r.match(in.get(1), Transpose.class))) {
      return Optional.empty();
    }
    Atom x = r.operand(in.get(0), 0);
    Atom y = r.operand(in.get(1), 0);
    return Optional.of(r.emit(first.get(), r.emit(op, x, y)));
  }

  /// A transpose that moves axes of size 1 only is a reshape.
  private static Optional<Atom> inOrder(Rewriter r, Transpose op, Atom x) {
    List<Integer> moved = op.permutation().stream().filter(a -> x.aval().dim(a) != 1).toList();
    return moved.equals(moved.stream().sorted().toList())
        ? Optional.of(r.emit(new Reshape(x.aval().shape().permute(op.permutation())), x))
        : Optional.empty();
  }

  /// Axis `k` is axis `outer[k]` of the inner result, thus axis `inner[outer[k]]` of its operand.
  private static Atom composed(Rewriter r, Transpose inner, Transpose outer, Atom x) {
    List<Integer> both = outer.permutation().stream().map(inner.permutation()::get).toList();
    return r.emit(new Transpose(both), r.operand(x, 0));
  }

  /// `transpose(broadcast(x)) = broadcast(transpose(x))`: fewer elements are moved.
  private static Optional<Atom> spread(Rewriter r, Broadcast inner, Transpose outer, Atom x) {
    Atom source = r.operand(x, 0);
    if (source.aval().size() > x.aval().size()) {
      return Optional.empty();
    }
    List<Integer> to = inner.axes().stream().map(outer.permutation()::indexOf).toList();
    List<Integer> sorted = to.stream().sorted().toList();
    Atom moved = r.emit(new Transpose(sorted.stream().map(to::indexOf).toList()), source);
    Shape shape = x.aval().shape().permute(outer.permutation());
    return Optional.of(r.emit(new Broadcast(shape, sorted), moved));
  }

  /// Of everything.
  static Optional<Atom> slice(Slice op, Atom x) {
    Shape shape = x.aval().shape();
    boolean whole =
        IntStream.range(0, shape.rank())
            .allMatch(a ->
                op.start().get(a) == 0
                    && op.stride().get(a) == 1
                    && op.limit().get(a) == shape.dim(a));
    return identity(x, whole)
        .or(() -> filled(x, op.resultAvals(List.of(x.aval())).getFirst().shape()));
  }

  /// Of everything: the start is clamped to 0.
  static Optional<Atom> dynamicSlice(DynamicSlice op, Atom x) {
    return identity(x, x.aval().shape().equals(op.sizes())).or(() -> filled(x, op.sizes()));
  }

  /// Of everything: the start is clamped to 0.
  static Optional<Atom> update(Atom x, Atom u) {
    return identity(u, x.aval().equals(u.aval()));
  }

  /// By nothing; of a filled tensor with the same value.
  static Optional<Atom> pad(Pad op, Atom x, Atom value) {
    boolean nothing =
        IntStream.range(0, x.aval().rank())
            .allMatch(a ->
                op.lo().get(a) == 0
                    && op.hi().get(a) == 0
                    && (op.interior().get(a) == 0 || x.aval().dim(a) <= 1));
    boolean same = x instanceof Literal p && value instanceof Literal q && p.bits() == q.bits();
    return identity(x, nothing)
        .or(() ->
            same
                ? filled(x, op.resultAvals(List.of(x.aval(), value.aval())).getFirst().shape())
                : Optional.empty());
  }

  /// Of one operand; of filled tensors with one value; operands without elements go.
  static Optional<Atom> concatenate(Rewriter r, Concatenate op, List<Atom> in) {
    if (in.size() == 1) {
      return Optional.of(in.getFirst());
    }
    if (in.getFirst() instanceof Literal first
        && in.stream().allMatch(x -> x instanceof Literal y && y.bits() == first.bits())) {
      Aval result = op.resultAvals(in.stream().map(Atom::aval).toList()).getFirst();
      return filled(first, result.shape());
    }
    List<Atom> kept = in.stream().filter(x -> x.aval().dim(op.axis()) != 0).toList();
    return kept.isEmpty() || kept.size() == in.size()
        ? Optional.empty()
        : Optional.of(r.emit(op, kept));
  }

  /// Along axes with at most one element; twice.
  static Optional<Atom> reverse(Rewriter r, Reverse op, Atom x) {
    return identity(x, op.axes().stream().allMatch(a -> x.aval().dim(a) <= 1))
        .or(() -> filled(x, x.aval().shape()))
        .or(() ->
            r.match(x, Reverse.class)
                .filter(i -> new HashSet<>(i.axes()).equals(new HashSet<>(op.axes())))
                .map(_ -> r.operand(x, 0)));
  }

  /// Reading from, or adding up, zeros: what is out of range is 0 too.
  static Optional<Atom> ofZero(Primitive op, List<Atom> in, int values) {
    if (!(in.get(values) instanceof Literal zero && zero.is(0))) {
      return Optional.empty();
    }
    Aval result = op.resultAvals(in.stream().map(Atom::aval).toList()).getFirst();
    return Optional.of(Literal.of(0, result));
  }
}
