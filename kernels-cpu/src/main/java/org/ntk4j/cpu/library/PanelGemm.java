package org.ntk4j.cpu.library;

import java.util.Locale;
import org.ntk4j.cpu.library.GemmProblem.Matrices;
import org.ntk4j.cpu.library.PanelKernel.Packing;

/// Products of large matrices: the right one is copied into panels, which all threads read; then
/// each thread copies those rows of the left one that its tile of the result needs.
///
/// Tiles, and how many terms of the sums are copied at once, are fixed by the sizes: the same bits
/// for every number of threads.
final class PanelGemm implements PreparedGemm {
  /// Multiplications, and elements copied, in a nanosecond, about.
  private static final double PER_NANO = 50;

  private static final double COPIED_PER_NANO = 4;

  /// Elements that are copied as one piece of work, about.
  private static final long COPIED = 1 << 16;

  /// Smaller matrices are not worth being copied.
  private static final long SIDE_MIN = 96;

  private static final long TERMS_MIN = 64;

  private static final long ALIGNMENT = 64;
  private static final long ARGUMENT_BYTES = 128;

  private final GemmProblem p;
  private final boolean exchanged;
  private final PanelKernel kernel;
  private final PanelCut cut;
  private final int bytes;
  private final Side left;
  private final Side right;
  private final Tiles tiles;

  /// How a factor's rows, or columns, are packed.
  ///
  /// @param width rows, or columns, of a panel
  /// @param distance of those that are not consecutive, in elements: of rows or of terms
  /// @param term from one term to the next, in elements
  private record Side(int width, Packing packing, long distance, long term) {

    static Side left(Matrices a, int width) {
      return a.column() == 1
          ? new Side(width, Packing.LEFT_ALONG, a.row(), 1)
          : new Side(width, Packing.LEFT_ACROSS, a.column(), a.column());
    }

    static Side right(Matrices b, int width) {
      return b.row() == 1
          ? new Side(width, Packing.RIGHT_ALONG, b.column(), 1)
          : new Side(width, Packing.RIGHT_ACROSS, b.row(), b.row());
    }
  }

  private PanelGemm(Canonical canonical, PanelKernel kernel) {
    this.p = canonical.problem();
    this.exchanged = canonical.exchanged();
    this.kernel = kernel;
    this.cut = PanelCut.of(p, kernel);
    this.bytes = p.dtype().sizeBytes();
    this.left = Side.left(p.a(), kernel.rows());
    this.right = Side.right(p.b(), kernel.columns());
    this.tiles =
        new Tiles(Math.ceilDiv(p.m(), cut.rows()), Math.ceilDiv(p.n(), cut.columns()), false);
  }

  /// Whether the factors have consecutive elements, the result too, and all are large.
  static boolean isPossible(GemmProblem p) {
    return !p.symmetric()
        && Math.min(p.m(), p.n()) >= SIDE_MIN
        && p.k() >= TERMS_MIN
        && (p.a().column() == 1 || p.a().row() == 1)
        && (p.b().column() == 1 || p.b().row() == 1)
        && p.c().column() == 1;
  }

  static PanelGemm of(Canonical canonical, PanelKernel kernel) {
    return new PanelGemm(canonical, kernel);
  }

  @Override
  public long scratchBytes(int threads) {
    return packedBytes(p.n(), right, Math.min(p.k(), cut.packed())) + threads * laneBytes();
  }

  private long laneBytes() {
    return ARGUMENT_BYTES + packedBytes(cut.rows(), left, Math.min(p.k(), cut.terms()));
  }

  /// Terms for which a packed panel has room.
  private long room(long terms) {
    long whole = terms / cut.terms() * cut.terms();
    return whole + Math.ceilDiv(terms - whole, kernel.lanes()) * kernel.lanes();
  }

  /// Of so many rows, or columns.
  private long packedBytes(long lines, Side side, long terms) {
    long size = Math.ceilDiv(lines, side.width()) * side.width() * room(terms) * bytes;
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public void run(Workers workers, long a, long b, long c, long scratch) {
    for (long matrix = 0; matrix < p.matrices(); matrix++) {
      long x = (exchanged ? b : a) + bytes * p.a().offset(p.batch(), matrix);
      long y = (exchanged ? a : b) + bytes * p.b().offset(p.batch(), matrix);
      long z = c + bytes * p.c().offset(p.batch(), matrix);
      for (long k = 0; k < p.k(); k += cut.packed()) {
        new Turn(x, y, z, k, Math.min(p.k(), k + cut.packed()), scratch).run(workers);
      }
    }
  }

  /// The terms for which the right matrix is packed at once.
  private final class Turn {
    private final long a;
    private final long b;
    private final long c;
    private final long begin;
    private final long end;
    private final long packed;
    private final long lanes;

    Turn(long a, long b, long c, long begin, long end, long scratch) {
      this.a = a;
      this.b = b;
      this.c = c;
      this.begin = begin;
      this.end = end;
      this.packed = scratch;
      this.lanes = scratch + packedBytes(p.n(), right, end - begin);
    }

    void run(Workers workers) {
      long panels = Math.ceilDiv(p.n(), right.width());
      long atOnce = Math.max(1, COPIED / (cut.terms() * right.width()));
      int pieces = (int) Math.ceilDiv(panels, atOnce);
      workers.run(
          (int) Math.ceilDiv(end - begin, cut.terms()) * pieces,
          (double) (end - begin) * p.n() / COPIED_PER_NANO,
          (piece, lane) -> {
            long k = begin + piece / pieces * cut.terms();
            long first = piece % pieces * atOnce;
            long last = Math.min(panels, first + atOnce);
            pack(right, b, p.n(), k, block(k), own(lane), first, last);
          });
      workers.run(
          (int) tiles.count(),
          (double) (end - begin) * p.m() * p.n() / PER_NANO,
          (tile, lane) -> multiply(tile, own(lane)));
    }

    private long own(int lane) {
      return lanes + lane * laneBytes();
    }

    /// Where the right matrix's panels with the terms from `k` on are.
    private long block(long k) {
      return packed + bytes * Math.ceilDiv(p.n(), right.width()) * right.width() * (k - begin);
    }

    private void pack(
        Side side, long matrix, long lines, long k, long to, long own, long first, long last) {
      Raw.setLong(own, 0, matrix + bytes * k * side.term());
      Raw.setLong(own, 1, bytes * side.distance());
      Raw.setLong(own, 2, to);
      Raw.setLong(own, 3, lines);
      Raw.setLong(own, 4, Math.min(cut.terms(), end - k));
      kernel.pack(side.packing(), own, first, last);
    }

    /// Tiles one below the other share the panels of the right matrix: a thread takes them in turn.
    private void multiply(int tile, long own) {
      long i = tile % tiles.rows() * cut.rows();
      long j = tile / tiles.rows() * cut.columns();
      long rows = Math.min(cut.rows(), p.m() - i);
      long panels = Math.ceilDiv(rows, left.width());
      long rowsOfLeft = own + ARGUMENT_BYTES;
      for (long k = begin; k < end; k += cut.terms()) {
        long room = room(Math.min(cut.terms(), end - k));
        pack(left, a + bytes * i * p.a().row(), rows, k, rowsOfLeft, own, 0, panels);
        Raw.setLong(own, 0, rowsOfLeft);
        Raw.setLong(own, 1, block(k) + bytes * j * room);
        Raw.setLong(own, 2, c + bytes * (i * p.c().row() + j));
        Raw.setLong(own, 3, Math.min(cut.terms(), end - k));
        Raw.setLong(own, 4, bytes * room * left.width());
        Raw.setLong(own, 5, bytes * room * right.width());
        Raw.setLong(own, 6, bytes * p.c().row());
        Raw.setLong(own, 7, rows);
        Raw.setLong(own, 8, Math.min(cut.columns(), p.n() - j));
        Raw.setLong(own, 9, k > 0 || p.beta() != 0 ? 1 : 0);
        Raw.set(p.dtype(), own + 10 * Long.BYTES, 0, p.alpha());
        Raw.set(p.dtype(), own + 11 * Long.BYTES, 0, k > 0 ? 1 : p.beta());
        kernel.multiply(own, 0, panels);
      }
    }
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "PANELS %d x %d tiles of %d x %d x %d",
        p.matrices(),
        tiles.count(),
        cut.rows(),
        cut.columns(),
        cut.terms());
  }
}
