package org.ntk4j.cpu.library;

/// How a matrix product is cut: into tiles of `C`, and the sum of each into parts.
///
/// Depends on the sizes alone, never on the number of threads.
///
/// @param rows rows of a tile, but the last
/// @param columns columns of a tile, but the last
/// @param inner terms of the sum in a part, but the last
/// @param parts how many parts
record Cut(long rows, long columns, long inner, int parts) {
  /// Multiplications that are worth a piece of work: about 0.1 ms.
  private static final double PIECE = 1 << 22;

  /// As many pieces are worth smaller tiles, which copy more of the factors for each sum.
  private static final int FEW_PIECES = 4;

  /// Pieces that even out threads of different speed; more only for more threads, if each is large.
  private static final int PIECES = 8;

  private static final int PIECES_MAX = 64;
  private static final double LARGE_PIECE = 1 << 27;

  private static final long ROWS_MIN = 48;
  private static final long COLUMNS_MIN = 96;

  /// Smaller tiles only for a few pieces.
  private static final long SIDE_GOOD = 256;

  /// Results so small, with sums so long in comparison, are cut along the sums first.
  private static final long RESULT_SMALL = 192;

  private static final long SUM_LONG = 16;
  private static final long ROUNDING = 16;

  /// Beyond this a tile no longer gets faster, and several share the caches better.
  private static final long SIDE_MAX = 2048;

  /// A part of a sum: what its result costs to add is then little.
  private static final long INNER_MIN = 1024;

  static Cut of(GemmProblem p) {
    double total = p.multiplications() * (p.symmetric() ? 0.5 : 1);
    double few = Math.clamp(total / PIECE, 1, PIECES);
    long pieces = (long) Math.clamp(total / LARGE_PIECE, few, PIECES_MAX);
    long perMatrix = Math.ceilDiv(pieces, Math.max(1, p.matrices()));
    Cut cut = new Cut(Math.max(1, p.m()), Math.max(1, p.n()), Math.max(1, p.k()), 1);
    long side = Math.max(p.m(), p.n());
    if (side <= RESULT_SMALL && p.k() >= SUM_LONG * side) {
      return cut.split(p, perMatrix);
    }
    cut = p.symmetric() ? cut.square(p, perMatrix) : cut.rectangles(p, perMatrix);
    return cut.split(p, perMatrix);
  }

  /// Some rows each, sums whole.
  static Cut byRows(GemmProblem p) {
    long rows = Math.ceilDiv(Math.max(1, p.m()), PIECES_MAX);
    return new Cut(rows, Math.max(1, p.n()), Math.max(1, p.k()), 1);
  }

  private long tiles(GemmProblem p) {
    return Math.ceilDiv(p.m(), rows) * Math.ceilDiv(p.n(), columns);
  }

  private Cut rectangles(GemmProblem p, long wanted) {
    Cut t = this;
    while (t.tiles(p) < wanted || Math.max(t.rows, t.columns) > SIDE_MAX) {
      boolean few = t.tiles(p) < FEW_PIECES;
      boolean tall = t.rows * 2 > t.columns;
      boolean rowsLeft = t.rows >= 2 * (few ? ROWS_MIN : SIDE_GOOD);
      boolean columnsLeft = t.columns >= 2 * (few ? COLUMNS_MIN : SIDE_GOOD);
      if (rowsLeft && (tall || !columnsLeft)) {
        t = new Cut(half(t.rows), t.columns, inner, parts);
      } else if (columnsLeft) {
        t = new Cut(t.rows, half(t.columns), inner, parts);
      } else {
        break;
      }
    }
    return t;
  }

  private static long half(long size) {
    return Math.ceilDiv(Math.ceilDiv(size, 2), ROUNDING) * ROUNDING;
  }

  /// Tiles of as many rows as columns: `t` in a row save `(t - 1) / 2t` of the work.
  private Cut square(GemmProblem p, long wanted) {
    long count = 1;
    while (count * (count + 1) / 2 < wanted && p.m() / (count + 1) >= COLUMNS_MIN) {
      count++;
    }
    long side = Math.ceilDiv(Math.ceilDiv(p.m(), count), ROUNDING) * ROUNDING;
    return new Cut(Math.min(side, SIDE_MAX), Math.min(side, SIDE_MAX), inner, parts);
  }

  private Cut split(GemmProblem p, long wanted) {
    long count = Math.clamp(p.k() / INNER_MIN, 1, Math.max(1, wanted / Math.max(1, tiles(p))));
    if (count == 1) {
      return this;
    }
    long each = Math.ceilDiv(Math.ceilDiv(p.k(), count), ROUNDING) * ROUNDING;
    return new Cut(rows, columns, each, (int) Math.ceilDiv(p.k(), each));
  }
}
