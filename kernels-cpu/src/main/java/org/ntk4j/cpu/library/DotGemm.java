package org.ntk4j.cpu.library;

import java.util.Locale;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// Matrix products whose sums go along consecutive elements of both factors, as `A · Aᵀ` does; of a
/// symmetric one, what is below the diagonal is left out to the block.
///
/// Both factors are read once for each tile of the result, some terms of the sums at a time, which
/// then are in the cache. Tiles and parts of sums are fixed by the sizes: the same bits for every
/// number of threads.
final class DotGemm implements PreparedGemm {
  /// Multiplications that are worth being handed out: about 10 µs.
  private static final double WORTH_HANDING_OUT = 1 << 19;

  /// Multiplications in a nanosecond, about.
  private static final double PER_NANO = 32;

  private static final long ALIGNMENT = 64;
  private static final long ARGUMENT_BYTES = 128;

  private final GemmProblem p;
  private final boolean exchanged;
  private final DotKernel kernel;
  private final DotCut cut;
  private final Tiles tiles;
  private final int bytes;

  /// Whether both factors are one matrix if their addresses are equal.
  private final boolean square;

  private final long units;
  private final long unitsPerPiece;
  private final int pieces;

  private DotGemm(Canonical canonical, DotKernel kernel) {
    this.p = canonical.problem();
    this.exchanged = canonical.exchanged();
    this.kernel = kernel;
    this.cut = DotCut.of(p, kernel);
    this.tiles =
        new Tiles(
            Math.ceilDiv(p.m(), cut.rows()), Math.ceilDiv(p.n(), cut.columns()), p.symmetric());
    this.bytes = p.dtype().sizeBytes();
    this.square = p.symmetric() && p.a().equals(p.b().transposed());
    this.units = p.matrices() * tiles.count() * cut.parts();
    double perUnit = (double) cut.rows() * cut.columns() * cut.inner();
    long enough = (long) Math.ceil(WORTH_HANDING_OUT / Math.max(1, perUnit));
    this.unitsPerPiece = Math.max(enough, Math.ceilDiv(units, Integer.MAX_VALUE));
    this.pieces = (int) Math.ceilDiv(units, unitsPerPiece);
  }

  /// Whether sums go along consecutive elements, and results too.
  static boolean isPossible(GemmProblem p) {
    return (p.a().column() == 1 || p.k() == 1)
        && (p.b().row() == 1 || p.k() == 1)
        && (p.c().column() == 1 || p.n() == 1)
        && Math.min(p.k(), Math.min(p.m(), p.n())) > 0;
  }

  static DotGemm of(Canonical canonical, DotKernel kernel) {
    return new DotGemm(canonical, kernel);
  }

  @Override
  public long scratchBytes(int threads) {
    long shared = cut.parts() > 1 ? units * sumsBytes() : 0;
    return shared + threads * laneBytes();
  }

  private long laneBytes() {
    return ARGUMENT_BYTES + packedBytes(cut.rows()) + packedBytes(cut.columns()) + sumsBytes();
  }

  private long packedBytes(long rows) {
    return aligned(rows * cut.panel() * bytes);
  }

  /// Of a tile.
  private long sumsBytes() {
    return aligned(blocks(cut.rows()) * blocks(cut.columns()) * kernel.sums() * bytes);
  }

  private static long aligned(long size) {
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  private long blocks(long rows) {
    return Math.ceilDiv(rows, kernel.side());
  }

  @Override
  public void run(Workers workers, long a, long b, long c, long scratch) {
    long left = exchanged ? b : a;
    long right = exchanged ? a : b;
    boolean inParts = cut.parts() > 1;
    long lanes = scratch + (inParts ? units * sumsBytes() : 0);
    workers.run(
        pieces,
        p.multiplications() / PER_NANO,
        (piece, lane) -> {
          long own = lanes + lane * laneBytes();
          long end = Math.min(units, (piece + 1) * unitsPerPiece);
          for (long unit = piece * unitsPerPiece; unit < end; unit++) {
            long sums = inParts ? scratch + unit * sumsBytes() : own + laneBytes() - sumsBytes();
            sum(unit, left, right, sums, own);
            if (!inParts) {
              store(unit, c, sums, own);
            }
          }
        });
    if (inParts) {
      workers.run(
          (int) (units / cut.parts()),
          (tile, lane) ->
              store(
                  tile,
                  c,
                  scratch + (long) tile * cut.parts() * sumsBytes(),
                  lanes + lane * laneBytes()));
    }
  }

  private void sum(long unit, long a, long b, long sums, long lane) {
    long part = unit % cut.parts();
    long tile = unit / cut.parts();
    long matrix = tile / tiles.count();
    long i = tiles.row(tile % tiles.count()) * cut.rows();
    long j = tiles.column(tile % tiles.count()) * cut.columns();
    long rows = Math.min(cut.rows(), p.m() - i);
    long columns = Math.min(cut.columns(), p.n() - j);
    boolean diagonal = p.symmetric() && i == j;
    boolean same = diagonal && square && a == b;
    long packed = lane + ARGUMENT_BYTES;
    long other = same ? packed : packed + packedBytes(cut.rows());
    long left = a + bytes * (p.a().offset(p.batch(), matrix) + i * p.a().row());
    long right = b + bytes * (p.b().offset(p.batch(), matrix) + j * p.b().column());
    long first = part * cut.inner();
    long end = Math.min(p.k(), first + cut.inner());
    for (long k = first; k < end; k += cut.panel()) {
      long terms = Math.min(cut.panel(), end - k);
      pack(left + bytes * k, p.a().row(), packed, rows, terms, lane);
      if (!same) {
        pack(right + bytes * k, p.b().column(), other, columns, terms, lane);
      }
      long next = k + terms < end ? left + bytes * (k + terms) : 0;
      Raw.setLong(lane, 0, packed);
      Raw.setLong(lane, 1, other);
      Raw.setLong(lane, 2, sums);
      Raw.setLong(lane, 3, Math.ceilDiv(terms, kernel.lanes()));
      Raw.setLong(lane, 4, blocks(rows));
      Raw.setLong(lane, 5, diagonal ? 1 : 0);
      Raw.setLong(lane, 6, k == first ? 1 : 0);
      Raw.setLong(lane, 7, next == 0 ? packed : next);
      Raw.setLong(lane, 8, bytes * p.a().row());
      Raw.setLong(lane, 9, next == 0 ? 0 : rows);
      kernel.multiply(lane, blocks(columns));
    }
  }

  private void pack(long matrix, long distance, long to, long rows, long terms, long lane) {
    Raw.setLong(lane, 0, matrix);
    Raw.setLong(lane, 1, bytes * distance);
    Raw.setLong(lane, 2, to);
    Raw.setLong(lane, 3, rows);
    Raw.setLong(lane, 4, terms);
    kernel.pack(lane, blocks(rows));
  }

  private void store(long tile, long c, long sums, long lane) {
    Matrices to = p.c();
    long matrix = tile / tiles.count();
    long i = tiles.row(tile % tiles.count()) * cut.rows();
    long j = tiles.column(tile % tiles.count()) * cut.columns();
    long rows = Math.min(cut.rows(), p.m() - i);
    long columns = Math.min(cut.columns(), p.n() - j);
    long start = c + bytes * to.offset(p.batch(), matrix);
    Raw.setLong(lane, 0, sums);
    Raw.setLong(lane, 1, sumsBytes());
    Raw.setLong(lane, 2, cut.parts());
    Raw.setLong(lane, 3, blocks(rows));
    Raw.setLong(lane, 4, p.symmetric() && i == j ? 1 : 0);
    Raw.setLong(lane, 5, rows);
    Raw.setLong(lane, 6, columns);
    Raw.setLong(lane, 7, start + bytes * (i * to.row() + j));
    Raw.setLong(lane, 8, bytes * to.row());
    Raw.set(p.dtype(), lane + 9 * Long.BYTES, 0, p.alpha());
    Raw.set(p.dtype(), lane + 10 * Long.BYTES, 0, p.beta());
    Raw.setLong(lane, 11, p.symmetric() ? 1 : 0);
    Raw.setLong(lane, 12, start + bytes * (j * to.row() + i));
    kernel.store(lane, blocks(columns));
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "DOT %d x %d tiles of %d x %d x %d, %d parts",
        p.matrices(),
        tiles.count(),
        cut.rows(),
        cut.columns(),
        cut.panel(),
        cut.parts());
  }
}
