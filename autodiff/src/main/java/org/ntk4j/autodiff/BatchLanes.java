package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Transpose;

/// What the rules of [Batch] share: the builder of the mapped program, and moves of its batch axis.
///
/// @param size number of examples
record BatchLanes(Builder b, long size) {

  /// Aval of one example's value, or of all examples'.
  Aval aval(Aval one, boolean batched) {
    return batched ? one.withShape(one.shape().insert(0, size)) : one;
  }

  static List<BatchLane> all(List<? extends Atom> atoms, boolean batched) {
    return atoms.stream().map(x -> new BatchLane(x, batched)).toList();
  }

  /// `x` with the batch axis, repeated along it if it has none.
  Atom repeat(BatchLane x) {
    if (x.batched()) {
      return x.atom();
    }
    Aval aval = aval(x.atom().aval(), true);
    return x.atom() instanceof Literal literal
        ? new Literal(aval, literal.bits())
        : b.emit(new Broadcast(aval.shape(), range(1, aval.rank())), x.atom());
  }

  List<Atom> repeatAll(List<BatchLane> in) {
    return in.stream().map(this::repeat).toList();
  }

  /// `op`, which treats all axes alike, on all examples at once.
  BatchLane pointwise(Primitive op, List<BatchLane> in) {
    return new BatchLane(b.emit(op, repeatAll(in)), true);
  }

  /// `x` with axis `from` moved to `to`, the others in order.
  Atom move(Atom x, int from, int to) {
    if (from == to) {
      return x;
    }
    List<Integer> permutation = new ArrayList<>(range(0, x.aval().rank()));
    permutation.remove(Integer.valueOf(from));
    permutation.add(to, from);
    return b.emit(new Transpose(permutation), x);
  }

  /// A result whose batch axis came out at `axis`.
  BatchLane from(Atom y, int axis) {
    return new BatchLane(move(y, axis, 0), true);
  }

  Atom reshape(Atom x, Shape shape) {
    return x.aval().shape().equals(shape) ? x : b.emit(new Reshape(shape), x);
  }

  /// Folds the batch axis of `x` (its axis 0) into axis `axis` of one example, inside each of
  /// `groups` equal blocks: `[n, .., g m, ..]` becomes `[.., g n m, ..]`.
  Atom fold(Atom x, int axis, long groups) {
    Shape shape = x.aval().shape();
    long block = shape.dim(axis + 1) / groups;
    Shape split = shape.with(axis + 1, block).insert(axis + 1, groups);
    Atom moved = move(reshape(x, split), 0, axis + 1);
    return reshape(moved, shape.remove(0).with(axis, groups * size * block));
  }

  /// Inverse of [#fold]: `[.., g n m, ..]` becomes `[n, .., g m, ..]`.
  Atom unfold(Atom y, int axis, long groups) {
    Shape shape = y.aval().shape();
    long block = shape.dim(axis) / groups / size;
    Shape split = shape.with(axis, block).insert(axis, size).insert(axis, groups);
    Atom moved = move(reshape(y, split), axis + 1, 0);
    return reshape(moved, shape.with(axis, groups * block).insert(0, size));
  }

  /// `from, from + 1, .., to - 1`.
  static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /// Axes of one example as axes of the batched value.
  static List<Integer> shift(List<Integer> axes) {
    return axes.stream().map(axis -> axis + 1).toList();
  }

  /// `first` before the entries of `list`.
  static <T> List<T> prepend(T first, List<T> list) {
    List<T> result = new ArrayList<>(list);
    result.addFirst(first);
    return result;
  }
}
