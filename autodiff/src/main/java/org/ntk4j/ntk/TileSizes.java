package org.ntk4j.ntk;

import java.util.OptionalLong;

/// How much of a kernel is computed at a time.
///
/// @param rows examples of the first side
/// @param columns examples of the second side
/// @param outputs elements of one output axis, on both sides; absent for all
public record TileSizes(long rows, long columns, OptionalLong outputs) {
  public TileSizes {
    if (rows < 1 || columns < 1 || outputs.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "tile sizes are positive; got %d by %d examples%s"
              .formatted(
                  rows,
                  columns,
                  outputs.isPresent() ? ", " + outputs.getAsLong() + " outputs" : ""));
    }
  }

  /// Tiles of so many examples with all outputs.
  public static TileSizes of(long rows, long columns) {
    return new TileSizes(rows, columns, OptionalLong.empty());
  }

  @Override
  public String toString() {
    return rows
        + " x "
        + columns
        + " examples"
        + (outputs.isPresent()
            ? ", "
                + outputs.getAsLong()
                + (outputs.getAsLong() == 1 ? " output" : " outputs")
                + " at a time"
            : "");
  }
}
