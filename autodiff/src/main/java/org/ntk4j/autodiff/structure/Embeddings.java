package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.autodiff.structure.Axis.Embedding;
import org.ntk4j.ir.Builder;

/// Places of a value within a larger axis: pads and concatenations, and slices of them.
final class Embeddings {
  private Embeddings() {}

  /// Puts position `i` of axis `k` at `start + step * i` of an axis of size `size`; what falls
  /// outside is cut.
  static Optional<IndexedMap> place(
      Builder b, IndexedMap map, int k, long start, long step, long size) {
    Axis axis = map.axes().get(k);
    if (start == 0 && step == 1 && size == axis.size()) {
      return Optional.of(map);
    }
    if (axis.embedding().isPresent()) {
      Embedding e = axis.embedding().get();
      return placeDigit(b, map, k, start + step * e.start(), step * e.stride(), e.count(), size);
    }
    return placeDigit(b, map, k, start, step, axis.size(), size);
  }

  /// Positions `start + stride * i`, `i < count`, of an embedded axis.
  static Optional<IndexedMap> range(
      Builder b, IndexedMap map, int k, long start, long stride, long count) {
    Embedding e = map.axes().get(k).embedding().orElseThrow();
    // Digit i lies at p = e.start + e.stride i; its place in the range is (p - start) / stride.
    if (e.stride() % stride != 0 || (e.start() - start) % stride != 0) {
      return Optional.empty();
    }
    return placeDigit(
        b, map, k, (e.start() - start) / stride, e.stride() / stride, e.count(), count);
  }

  /// Digit `i` of axis `k`, for `i < count`, goes to `start + step * i` of `0..size-1`, or is cut.
  private static Optional<IndexedMap> placeDigit(
      Builder b, IndexedMap map, int k, long start, long step, long count, long size) {
    long first = 0;
    long last = count - 1;
    while (first <= last && outside(start + step * first, size)) {
      first++;
    }
    while (last >= first && outside(start + step * last, size)) {
      last--;
    }
    if (first > last || map.axis(k).size() > 1) {
      return Optional.empty();
    }
    IndexedMap kept = map;
    long left = last - first + 1;
    if (left < count) {
      kept = map.restrict(b, map.axis(k).getFirst(), first, 1, left);
    }
    return Optional.of(
        withEmbedding(kept, k, new Embedding(start + step * first, step, left, size)));
  }

  private static boolean outside(long position, long size) {
    return position < 0 || position >= size;
  }

  private static IndexedMap withEmbedding(IndexedMap map, int k, Embedding e) {
    List<Axis> axes = new ArrayList<>(map.axes());
    boolean fills = e.start() == 0 && e.stride() == 1 && e.count() == e.size();
    axes.set(k, new Axis(map.axis(k), fills ? Optional.empty() : Optional.of(e)));
    return map.withAxes(axes);
  }
}
