package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;

/// One side of a term: the output's derivative by one use, `∂y[outs] / ∂root[digits]`, as
/// `coefficient · Σ Π factors`.
///
/// It is an indexed linear map from the root to the output: the cotangent of the use is one more
/// factor, and the axes are those of the output.
///
/// @param map its axes are the output's
record Side(IndexedMap map) {

  Var root() {
    return map.root();
  }

  /// The side of `use`, with the array `cotangent` `[seeds, V..]`.
  static Side of(Builder b, Cut.Use use, Atom cotangent, List<Long> outputDims) {
    IndexedMap map = use.map();
    List<Axis> outs = new ArrayList<>();
    for (int axis = 0; axis < outputDims.size(); axis++) {
      boolean shared = axis == 0 && use.example().isPresent();
      outs.add(
          shared
              ? map.axes().get(use.example().getAsInt())
              : Axis.of(Index.axis(outputDims.get(axis))));
    }
    List<Index> seeds =
        outs.subList(use.example().isPresent() ? 1 : 0, outs.size()).stream()
            .flatMap(a -> a.digits().stream())
            .toList();
    Atom kept = cotangent;
    List<List<Index>> axes = new ArrayList<>(List.of(seeds));
    for (int axis = 0; axis < map.axes().size(); axis++) {
      Axis own = map.axes().get(axis);
      if (own.embedding().isPresent()) {
        Axis.Embedding e = own.embedding().get();
        kept = Arrays.restrict(b, kept, axis + 1, e.start(), e.stride(), e.count());
      }
      axes.add(own.digits());
    }
    // Sums over indices that only an axis of the value has: the cotangent has them, unless it is a
    // broadcast along them.
    List<Index> own = map.axes().stream().flatMap(a -> a.digits().stream()).toList();
    return new Side(map.timesArray(b, kept, axes).withAxes(outs).summedOver(own));
  }

  /// The side of `use` where the rest from its value to the output only moves data: `outer` is that
  /// map, and the cotangent is never formed.
  static Optional<Side> of(Builder b, Cut.Use use, IndexedMap outer) {
    return Composition.of(b, outer, use.map()).map(Side::new);
  }

  Side fresh() {
    return new Side(map.fresh());
  }
}
