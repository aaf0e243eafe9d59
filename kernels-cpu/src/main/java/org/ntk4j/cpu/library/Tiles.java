package org.ntk4j.cpu.library;

/// Numbers of the tiles of a matrix.
///
/// @param rows of tiles
/// @param columns of tiles
/// @param upper only those on and above the diagonal, column by column; else all, row by row
record Tiles(long rows, long columns, boolean upper) {
  long count() {
    return upper ? rows * (rows + 1) / 2 : rows * columns;
  }

  long row(long tile) {
    if (!upper) {
      return tile / columns;
    }
    long column = column(tile);
    return tile - column * (column + 1) / 2;
  }

  long column(long tile) {
    if (!upper) {
      return tile % columns;
    }
    long column = 0;
    while ((column + 1) * (column + 2) / 2 <= tile) {
      column++;
    }
    return column;
  }
}
