package org.ntk4j.cpu.loop;

import java.util.List;

/// How loops are nested and cut.
///
/// @param loops outermost first
record LoopPlan(List<Loop> loops) {
  LoopPlan {
    loops = List.copyOf(loops);
  }

  /// One loop of a nest, cut into tiles: a piece of the nest is one tile of each.
  ///
  /// @param dimension its number in the nest
  /// @param tile iterations of one tile; the last may be shorter
  record Loop(int dimension, long extent, long tile) {
    /// Number of tiles.
    long tiles() {
      return (extent + tile - 1) / tile;
    }
  }

  /// Number of pieces.
  long pieces() {
    return loops.stream().mapToLong(Loop::tiles).reduce(1, (a, b) -> a * b);
  }
}
