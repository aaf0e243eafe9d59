package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Contract;

/// Rules of products with a residual: equal names where axes meet, and the residual as a factor.
final class ProductRules {
  private ProductRules() {}

  /// `y[I] = v[I] r[I]`.
  static Optional<IndexedMap> mul(Builder b, Atom r, IndexedMap map) {
    Atom kept = r;
    for (int axis = 0; axis < map.axes().size(); axis++) {
      kept = restrict(b, kept, axis, map.axes().get(axis));
    }
    return Optional.of(map.timesArray(b, kept, map.axes().stream().map(Axis::digits).toList()));
  }

  /// The part of `r` along `axis` that meets the digits of an embedded axis.
  private static Atom restrict(Builder b, Atom r, int axis, Axis embedded) {
    if (embedded.embedding().isEmpty()) {
      return r;
    }
    Axis.Embedding e = embedded.embedding().get();
    if (r instanceof Atom.Literal literal) {
      return new Atom.Literal(
          literal.aval().withShape(literal.aval().shape().with(axis, e.count())), literal.bits());
    }
    return Arrays.restrict(b, r, axis, e.start(), e.stride(), e.count());
  }

  /// `y[B, I, J] = Σ_K v[B, I, K] r[B, J, K]` with the linear operand on either side.
  static Optional<IndexedMap> contract(Builder b, Contract c, Atom r, int k, IndexedMap map) {
    List<Integer> ownBatch = k == 0 ? c.lhsBatch() : c.rhsBatch();
    List<Integer> ownContract = k == 0 ? c.lhsContract() : c.rhsContract();
    List<Integer> otherBatch = k == 0 ? c.rhsBatch() : c.lhsBatch();
    List<Integer> otherContract = k == 0 ? c.rhsContract() : c.lhsContract();

    Atom kept = r;
    List<List<Index>> rAxes = new ArrayList<>(Index.axes(r.aval().shape().dims()));
    for (int i = 0; i < ownBatch.size(); i++) {
      kept = meet(b, kept, rAxes, otherBatch.get(i), map.axes().get(ownBatch.get(i)));
    }
    for (int i = 0; i < ownContract.size(); i++) {
      kept = meet(b, kept, rAxes, otherContract.get(i), map.axes().get(ownContract.get(i)));
    }

    List<Axis> axes = new ArrayList<>(ownBatch.stream().map(map.axes()::get).toList());
    List<Axis> ownFree = free(map.axes(), ownBatch, ownContract);
    List<Axis> otherFree = free(rAxes.stream().map(Axis::of).toList(), otherBatch, otherContract);
    axes.addAll(k == 0 ? ownFree : otherFree);
    axes.addAll(k == 0 ? otherFree : ownFree);
    List<Index> contracted = ownContract.stream().flatMap(axis -> map.axis(axis).stream()).toList();
    return Optional.of(map.timesArray(b, kept, rAxes).withAxes(axes).summedOver(contracted));
  }

  private static Atom meet(Builder b, Atom r, List<List<Index>> rAxes, int axis, Axis own) {
    rAxes.set(axis, own.digits());
    return restrict(b, r, axis, own);
  }

  private static List<Axis> free(List<Axis> axes, List<Integer> batch, List<Integer> contract) {
    List<Axis> free = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if (!batch.contains(axis) && !contract.contains(axis)) {
        free.add(axes.get(axis));
      }
    }
    return free;
  }
}
