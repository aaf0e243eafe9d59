package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Broadcast;

/// An array with one axis per index.
///
/// @param array value whose axis `k` is `indices[k]`
record Dense(Atom array, List<Index> indices) implements Factor {
  Dense {
    indices = List.copyOf(indices);
    if (array.aval().rank() != indices.size()) {
      throw new IllegalStateException("bug: " + array.aval() + " with indices " + indices);
    }
  }

  /// `array` with the digits of each of its axes, in a form as small as possible: axes along which
  /// it is a broadcast are left out.
  static Dense of(Builder b, Atom array, List<List<Index>> axes) {
    Optional<Equation> definition = array instanceof Var v ? b.definition(v) : Optional.empty();
    if (definition.isPresent() && definition.get().op() instanceof Broadcast(_, var kept)) {
      return of(b, definition.get().in().getFirst(), kept.stream().map(axes::get).toList());
    }
    List<Index> indices = axes.stream().flatMap(List::stream).toList();
    return new Dense(Arrays.reshape(b, array, shape(indices)), indices);
  }

  static Shape shape(List<Index> indices) {
    return Shape.of(indices.stream().map(Index::size).toList());
  }

  @Override
  public Dense dense(Builder b) {
    return this;
  }

  @Override
  public ContractionCost preparation(int elementBytes) {
    return ContractionCost.NONE;
  }

  @Override
  public Dense rename(UnaryOperator<Index> names) {
    return new Dense(array, indices.stream().map(names).toList());
  }

  @Override
  public Dense split(Builder b, Index index, List<Index> parts) {
    int axis = indices.indexOf(index);
    if (axis < 0) {
      return this;
    }
    List<Index> fresh =
        parts.stream().map(i -> indices.contains(i) ? new Index(i.size()) : i).toList();
    List<Index> digits = new ArrayList<>(indices);
    digits.remove(axis);
    digits.addAll(axis, fresh);
    Dense result = new Dense(Arrays.reshape(b, array, shape(digits)), digits);
    for (int k = 0; k < parts.size(); k++) {
      result =
          fresh.get(k) == parts.get(k) ? result : result.diagonal(b, fresh.get(k), parts.get(k));
    }
    return result;
  }

  /// The elements at which two indices agree, along the second of them.
  private Dense diagonal(Builder b, Index gone, Index kept) {
    Dense mask = new Dense(Arrays.equal(b, kept.size()), List.of(gone, kept)).broadcast(b, indices);
    Atom masked = b.select(mask.array, array, b.like(0, array));
    return new Dense(masked, indices).sumTo(b, i -> i != gone);
  }

  /// The array at positions `start + stride * i` of `index`, for `i` in `range` (none if there is
  /// one position); `stride` may be negative.
  Dense restrict(Builder b, Index index, long start, long stride, long count, List<Index> range) {
    int axis = indices.indexOf(index);
    if (axis < 0) {
      return this;
    }
    Atom kept = Arrays.restrict(b, array, axis, start, stride, count);
    List<Index> digits = new ArrayList<>(indices);
    digits.remove(axis);
    digits.addAll(axis, range);
    return new Dense(Arrays.reshape(b, kept, shape(digits)), digits);
  }

  /// The array with `index` read through a table: `y[.., t.., ..] = array[.., ids[t..], ..]`, 0
  /// where an id is out of range.
  Dense lookup(Builder b, Index index, Dense ids) {
    int axis = indices.indexOf(index);
    if (axis < 0) {
      return this;
    }
    List<Index> shared = ids.indices.stream().filter(indices::contains).toList();
    List<Index> fresh = ids.indices.stream().filter(i -> !shared.contains(i)).toList();
    List<Index> rest = indices.stream().filter(i -> i != index && !shared.contains(i)).toList();
    Dense x = order(b, concat(shared, List.of(index), rest));
    Dense table = ids.order(b, concat(shared, fresh));
    Atom y = b.gather(x.array, table.array, shared.size(), shared.size());
    return new Dense(y, concat(shared, fresh, rest));
  }

  /// The same array with its axes in the order of `wanted`, a permutation of the indices.
  Dense order(Builder b, List<Index> wanted) {
    if (wanted.equals(indices)) {
      return this;
    }
    return new Dense(b.transpose(array, wanted.stream().map(indices::indexOf).toList()), wanted);
  }

  /// The array repeated along the indices of `wanted` that it lacks, in the order of `wanted`.
  Dense broadcast(Builder b, List<Index> wanted) {
    Dense ordered = order(b, wanted.stream().filter(indices::contains).toList());
    if (wanted.equals(ordered.indices)) {
      return ordered;
    }
    List<Integer> axes =
        IntStream.range(0, wanted.size())
            .filter(k -> indices.contains(wanted.get(k)))
            .boxed()
            .toList();
    return new Dense(b.broadcast(ordered.array, shape(wanted), axes), wanted);
  }

  /// The array summed over the indices that are not in `kept`.
  Dense sumTo(Builder b, Predicate<Index> kept) {
    List<Integer> axes =
        IntStream.range(0, indices.size()).filter(k -> !kept.test(indices.get(k))).boxed().toList();
    if (axes.isEmpty()) {
      return this;
    }
    return new Dense(b.reduceSum(array, axes), indices.stream().filter(kept).toList());
  }

  @SafeVarargs
  static List<Index> concat(List<Index>... lists) {
    List<Index> all = new ArrayList<>();
    for (List<Index> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
