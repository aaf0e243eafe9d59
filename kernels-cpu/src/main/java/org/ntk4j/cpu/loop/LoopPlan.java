package org.ntk4j.cpu.loop;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.schedule.LoopNest;

/// How loops are nested and cut.
///
/// @param loops outermost first
/// @param staging loads that are transposed tile by tile; the last two loops are its own
/// @param ranged a loop whose iterations are the pieces: a call does a range of them
record LoopPlan(
    LoopNest nest, List<Loop> loops, Optional<Staging> staging, Optional<Integer> ranged) {
  LoopPlan {
    loops = List.copyOf(loops);
  }

  /// A plan of pieces that are tiles.
  LoopPlan(LoopNest nest, List<Loop> loops, Optional<Staging> staging) {
    this(nest, loops, staging, Optional.empty());
  }

  /// One loop of a nest, cut into tiles: a piece of the nest is one tile of each.
  ///
  /// @param dimension its number in the nest
  /// @param tile iterations of one tile; the last may be shorter
  /// @param unrolled whether it is to become its iterations, one after the other
  record Loop(int dimension, long extent, long tile, boolean unrolled) {
    /// Number of tiles.
    long tiles() {
      return (extent + tile - 1) / tile;
    }
  }

  /// Number of pieces.
  long pieces() {
    if (ranged.isPresent()) {
      return nest.extents().get(ranged.get());
    }
    return loops.stream().mapToLong(Loop::tiles).reduce(1, (a, b) -> a * b);
  }
}
