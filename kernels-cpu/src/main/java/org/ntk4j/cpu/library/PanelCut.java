package org.ntk4j.cpu.library;

/// How a product by a [PanelKernel] is cut. Depends on the sizes alone, never on the number of
/// threads.
///
/// @param rows rows of a tile, but the last: whole panels
/// @param columns columns of a tile, but the last: whole panels
/// @param terms terms of the sums that a pair of panels is multiplied for at once, but the last:
///   whole vectors
/// @param packed terms for which the right matrix is packed at once: a multiple of `terms`
record PanelCut(long rows, long columns, long terms, long packed) {
  /// Of a right panel, and of those of a tile: they stay in a core's first cache, and second.
  private static final long PANEL_BYTES = 48 << 10;

  private static final long TILE_BYTES = 640 << 10;

  /// Of the right matrix's panels at a time.
  private static final long PACKED_BYTES = 12 << 20;

  /// Those of a left matrix's tile stay in a core's second cache beside the right one's.
  private static final long ROWS_MAX = 48;

  /// Multiplications that are worth a piece of work: about 0.1 ms.
  private static final double PIECE = 1 << 22;

  static PanelCut of(GemmProblem p, PanelKernel kernel) {
    long bytes = p.dtype().sizeBytes();
    long terms = even(p.k(), PANEL_BYTES / (bytes * kernel.columns()), kernel.lanes());
    long columns = even(p.n(), TILE_BYTES / (bytes * terms), kernel.columns());
    long wanted = Math.min(ROWS_MAX, (long) Math.ceil(PIECE / (columns * p.k())));
    long rows = even(p.m(), wanted, kernel.rows());
    long atOnce = Math.max(1, PACKED_BYTES / (bytes * terms * p.n()));
    return new PanelCut(rows, columns, terms, terms * atOnce);
  }

  /// As few pieces of whole units as `most` allows, of about the same size.
  private static long even(long total, long most, long unit) {
    long count = Math.ceilDiv(total, Math.max(unit, most));
    return Math.ceilDiv(Math.ceilDiv(total, count), unit) * unit;
  }
}
