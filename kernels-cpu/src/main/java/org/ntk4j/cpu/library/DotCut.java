package org.ntk4j.cpu.library;

/// How a product by a [DotKernel] is cut. Depends on the sizes alone, never on the number of
/// threads.
///
/// @param rows rows of a tile, but the last: whole blocks
/// @param columns columns of a tile, but the last: whole blocks
/// @param panel terms of the sums that are packed at once: whole vectors
/// @param inner terms of the sums in a part, but the last
/// @param parts into how many parts sums are cut
record DotCut(long rows, long columns, long panel, long inner, int parts) {
  /// Multiplications that are worth a piece of work: about 0.1 ms.
  private static final double PIECE = 1 << 22;

  private static final int PIECES = 8;
  private static final int PIECES_MAX = 64;
  private static final double LARGE_PIECE = 1 << 27;

  /// Of a tile: what is packed is read again for each tile beside it.
  private static final long SIDE_MAX = 160;

  /// As many pieces are worth smaller tiles.
  private static final int FEW_PIECES = 4;

  private static final long SIDE_SMALL = 64;

  /// Of the packed rows of a tile, and of what comes next to them: a part of what a core's cache
  /// holds.
  private static final long PANEL_BYTES = 320 << 10;

  private static final long PANEL_MAX = 1024;
  private static final long PANEL_MIN = 256;

  private static final long INNER_MIN = 1024;

  static DotCut of(GemmProblem p, DotKernel kernel) {
    double total = p.multiplications() * (p.symmetric() ? 0.5 : 1);
    double few = Math.clamp(total / PIECE, 1, PIECES);
    long pieces = (long) Math.clamp(total / LARGE_PIECE, few, PIECES_MAX);
    long wanted = Math.ceilDiv(pieces, Math.max(1, p.matrices()));
    long sideMax = SIDE_MAX;
    if (!p.symmetric() || p.k() < 2 * INNER_MIN) {
      long tiles = Math.ceilDiv(p.m(), sideMax) * Math.ceilDiv(p.n(), sideMax);
      sideMax = tiles < Math.min(wanted, FEW_PIECES) ? SIDE_SMALL : SIDE_MAX;
    }
    long rows = side(p.m(), sideMax, kernel.side());
    long columns = p.symmetric() ? rows : side(p.n(), sideMax, kernel.side());
    long across = Math.ceilDiv(p.m(), rows);
    long tiles = p.symmetric() ? across * (across + 1) / 2 : across * Math.ceilDiv(p.n(), columns);
    long count = Math.clamp(p.k() / INNER_MIN, 1, Math.max(1, wanted / Math.max(1, tiles)));
    long inner = rounded(Math.ceilDiv(p.k(), count), kernel.lanes());
    boolean single = p.symmetric() && across == 1;
    long packed = (single ? rows : rows + columns) * p.dtype().sizeBytes();
    long panel = Math.clamp(PANEL_BYTES / packed, PANEL_MIN, PANEL_MAX);
    panel = even(inner, rounded(panel, kernel.lanes()), kernel.lanes());
    return new DotCut(rows, columns, panel, inner, (int) Math.ceilDiv(p.k(), inner));
  }

  private static long rounded(long size, long unit) {
    return Math.ceilDiv(size, unit) * unit;
  }

  /// As few pieces of whole blocks as `most` allows, of about the same size.
  private static long side(long size, long most, long block) {
    long count = Math.max(1, Math.ceilDiv(size, most));
    return rounded(Math.ceilDiv(size, count), block);
  }

  /// A length up to `most` that leaves no short rest of `total`.
  private static long even(long total, long most, long unit) {
    long count = Math.ceilDiv(total, most);
    return rounded(Math.ceilDiv(total, count), unit);
  }
}
