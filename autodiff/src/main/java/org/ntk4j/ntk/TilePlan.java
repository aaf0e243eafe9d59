package org.ntk4j.ntk;

import java.util.Locale;
import org.ntk4j.core.Amounts;

/// How a kernel is computed in tiles.
///
/// @param sizes examples and outputs of one tile; where they do not divide evenly, the last tile
///   overlaps the one before
/// @param rowTiles how many tiles cover the examples of the first side
/// @param columnTiles how many tiles cover the examples of the second side
/// @param tiles how many tiles are computed; half of the grid for a symmetric kernel, and its
///   diagonal only where the sides share their examples
/// @param columnsKept whether what one side contributes is kept for all columns of tiles; if not,
///   it is computed again for each row of tiles
/// @param gradientsKept whether gradients of examples are kept like all else that one side
///   contributes; if not, they are made again for each tile, those of a large parameter in slabs
/// @param peakBytes memory predicted at the worst moment, inputs and result included
/// @param limitBytes memory that may be used
/// @param untiledPeakBytes memory predicted for the kernel computed at once
/// @param seconds predicted time
public record TilePlan(
    TileSizes sizes,
    long rowTiles,
    long columnTiles,
    long tiles,
    boolean columnsKept,
    boolean gradientsKept,
    long peakBytes,
    long limitBytes,
    long untiledPeakBytes,
    double seconds) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d tiles of %s (%d x %d), %s%s; %s at most of %s (at once it would take %s)",
        tiles,
        sizes,
        rowTiles,
        columnTiles,
        columnsKept || rowTiles == 1
            ? "factors computed once"
            : "factors of a row computed once, those of columns again for each row",
        gradientsKept ? "" : ", gradients again for each tile",
        text(peakBytes),
        text(limitBytes),
        text(untiledPeakBytes));
  }

  /// E.g. `1.23 GB`.
  static String text(long bytes) {
    return Amounts.bytes(bytes, 2);
  }
}
