package org.ntk4j.cpu.loop;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Loads whose contiguous elements are along another loop than the innermost: tile by tile they are
/// transposed into a buffer of the tile's size, which is read along the innermost loop; a nest that
/// does nothing else transposes into its result.
///
/// @param across the loop along which the loads are contiguous
/// @param along the innermost loop
/// @param loads of the nest, as objects
record Staging(int across, int along, List<Load> loads) {
  /// A tile of one staged load, and of each of many.
  private static final long TILE = 64;

  private static final long SMALL_TILE = 32;

  Staging {
    loads = List.copyOf(loads);
  }

  /// The loads to be staged if `along` is the innermost loop.
  ///
  /// @param separable loops that may be cut
  static Optional<Staging> of(LoopNest nest, int along, Set<Integer> separable) {
    Dependence dependence = new Dependence(nest);
    List<Load> crossed =
        Accesses.of(nest).loads().stream()
            .filter(l -> l.dtype() != DType.BOOL && dependence.isInside(l.slot(), l.at()))
            .filter(l -> Math.abs(l.at().coefficient(along)) > 1)
            .toList();
    for (int across : separable) {
      List<Load> staged = crossed.stream().filter(l -> l.at().coefficient(across) == 1).toList();
      if (across != along && separable.contains(along) && !staged.isEmpty()) {
        return Optional.of(new Staging(across, along, staged));
      }
    }
    return Optional.empty();
  }

  /// Iterations of the two loops that are done at once.
  long tile() {
    return loads.size() == 1 ? TILE : SMALL_TILE;
  }

  /// Whether the nest does nothing but transpose.
  boolean isAll(LoopNest nest) {
    if (nest.stores().size() != 1) {
      return false;
    }
    Store store = nest.stores().getFirst();
    return store.combine() == Combine.SET
        && store.bounds().isEmpty()
        && store.at().isAffine()
        && store.at().coefficient(along) == 1
        && store.value() == loads.getFirst();
  }
}
