package org.ntk4j.autodiff.structure;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.Builder;

/// Composition of indexed linear maps, where the outer one only moves data.
final class Composition {
  private Composition() {}

  /// `outer ∘ inner`, where `outer` is plain and its root is the value of `inner`.
  static Optional<IndexedMap> of(Builder b, IndexedMap outer, IndexedMap inner) {
    if (inner.isEmbedded()) {
      return Optional.empty();
    }
    List<Index> value = inner.axes().stream().flatMap(a -> a.digits().stream()).toList();
    Matching matching = new Matching(b, List.of(outer, inner));
    boolean matches = matching.unify(outer.digits().stream().map(Digit::index).toList(), value);
    if (!matches) {
      return Optional.empty();
    }
    IndexedMap renamedOuter = matching.maps().get(0);
    IndexedMap renamedInner = matching.maps().get(1);
    IndexedMap result =
        new IndexedMap(
            inner.root(),
            renamedOuter.coefficient() * renamedInner.coefficient(),
            renamedInner.factors(),
            renamedOuter.axes(),
            renamedInner.digits());
    List<Index> own = renamedInner.axes().stream().flatMap(a -> a.digits().stream()).toList();
    return Optional.of(result.summedOver(own));
  }
}
