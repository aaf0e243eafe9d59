package org.ntk4j.ntk;

import java.util.List;

/// A kernel to be computed in tiles.
///
/// @param parameters how many of the inputs are parameters
/// @param fixedBytes of the inputs and the result
/// @param blocks the results, for all examples
record TiledKernel(
    TilePlan plan,
    TilePrograms programs,
    TileGrid grid,
    List<TileBlock> blocks,
    int parameters,
    long fixedBytes) {
  TiledKernel {
    blocks = List.copyOf(blocks);
  }

  /// Bytes of what is computed of the examples of one side of a tile and handed over, of both.
  long sideBytes() {
    return TileCost.bytes(programs.first().outputAvals())
        + TileCost.bytes(programs.second().outputAvals());
  }
}
