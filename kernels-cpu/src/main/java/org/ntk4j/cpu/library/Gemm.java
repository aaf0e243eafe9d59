package org.ntk4j.cpu.library;

import java.util.Locale;

/// Matrix products by oneDNN and OpenBLAS, in tiles fixed by the sizes of the problem, and with
/// sums cut at fixed places: the same bits for every number of threads.
public final class Gemm implements PreparedGemm {
  /// Multiplications that are worth being handed out: about 10 µs.
  private static final double WORTH_HANDING_OUT = 1 << 19;

  /// Multiplications in a nanosecond, about.
  private static final double PER_NANO = 32;

  private final GemmProblem p;
  private final boolean exchanged;
  private final Cut cut;
  private final MatrixKernel kernel;
  private final int bytes;
  private final long matrices;

  /// Of one matrix.
  private final Tiles tiles;

  private final long units;
  private final long unitsPerPiece;
  private final int pieces;
  private final boolean mirrored;

  private Gemm(Canonical canonical, Multiplier multiplier) {
    this.p = canonical.problem();
    this.exchanged = canonical.exchanged();
    Cut best = Cut.of(p);
    this.kernel = MatrixKernel.of(p, best, multiplier);
    boolean loops = kernel.library() == MatrixKernel.Library.LOOPS;
    this.cut = loops ? Cut.byRows(p) : best;
    this.bytes = p.dtype().sizeBytes();
    this.matrices = p.matrices();
    this.mirrored = p.symmetric() && !loops;
    this.tiles =
        new Tiles(Math.ceilDiv(p.m(), cut.rows()), Math.ceilDiv(p.n(), cut.columns()), mirrored);
    this.units = matrices * tiles.count() * cut.parts();
    double perUnit = (double) cut.rows() * cut.columns() * cut.inner();
    long enough = (long) Math.ceil(WORTH_HANDING_OUT / Math.max(1, perUnit));
    this.unitsPerPiece = Math.max(enough, Math.ceilDiv(units, Integer.MAX_VALUE));
    this.pieces = (int) Math.ceilDiv(units, unitsPerPiece);
  }

  /// Decides how to compute a product.
  public static PreparedGemm prepare(GemmProblem problem, Multipliers multipliers) {
    Canonical canonical = Canonical.of(problem);
    Multiplier multiplier = multipliers.of(canonical.problem());
    return switch (multiplier) {
      case ONE_DNN, OPEN_BLAS -> new Gemm(canonical, multiplier);
      case DOT -> DotGemm.of(canonical, own(multipliers).dots().apply(problem.dtype()));
      case PANELS -> PanelGemm.of(canonical, own(multipliers).panels().apply(problem.dtype()));
    };
  }

  private static OwnKernels own(Multipliers multipliers) {
    return multipliers
        .own()
        .orElseThrow(() -> new IllegalStateException("bug: kernels of ours, where there are none"));
  }

  @Override
  public long scratchBytes(int threads) {
    return (cut.parts() - 1) * matrices * tiles.count() * tileBytes();
  }

  /// Of a tile in the scratch memory.
  private long tileBytes() {
    return Math.ceilDiv(cut.rows() * cut.columns() * bytes, 64) * 64;
  }

  @Override
  public void run(Workers workers, long a, long b, long c, long scratch) {
    double nanos = p.multiplications() / PER_NANO;
    long left = exchanged ? b : a;
    long right = exchanged ? a : b;
    workers.run(
        pieces,
        nanos,
        piece -> {
          long end = Math.min(units, (piece + 1) * unitsPerPiece);
          for (long unit = piece * unitsPerPiece; unit < end; unit++) {
            unit(unit, left, right, c, scratch);
          }
        });
    if (cut.parts() > 1) {
      workers.run((int) (matrices * tiles.count()), tile -> join(tile, c, scratch));
    }
  }

  private void unit(long unit, long a, long b, long c, long scratch) {
    int part = (int) (unit % cut.parts());
    long tile = unit / cut.parts();
    long matrix = tile / tiles.count();
    long inMatrix = tile % tiles.count();
    long i = tiles.row(inMatrix) * cut.rows();
    long j = tiles.column(inMatrix) * cut.columns();
    long k = part * cut.inner();
    long rows = Math.min(cut.rows(), p.m() - i);
    long columns = Math.min(cut.columns(), p.n() - j);
    long inner = Math.min(cut.inner(), p.k() - k);
    long aFirst = p.a().offset(p.batch(), matrix);
    long bFirst = p.b().offset(p.batch(), matrix);
    long left = a + bytes * (aFirst + i * p.a().row() + k * p.a().column());
    long right = b + bytes * (bFirst + k * p.b().row() + j * p.b().column());
    if (part == 0) {
      long to = at(c, matrix, i, j);
      kernel.run(rows, columns, inner, left, right, p.beta(), to, kernel.cDistance());
      if (mirrored && cut.parts() == 1) {
        mirror(c, matrix, i, j, rows, columns);
      }
    } else {
      kernel.run(rows, columns, inner, left, right, 0, partial(scratch, tile, part), columns);
    }
  }

  private long at(long c, long matrix, long i, long j) {
    return c + bytes * (p.c().offset(p.batch(), matrix) + i * p.c().row() + j * p.c().column());
  }

  private long partial(long scratch, long tile, int part) {
    return scratch + (tile * (cut.parts() - 1) + part - 1) * tileBytes();
  }

  /// Adds the parts of a sum: those in the scratch memory as a binary tree, then to the first.
  private void join(long tile, long c, long scratch) {
    long matrix = tile / tiles.count();
    long i = tiles.row(tile % tiles.count()) * cut.rows();
    long j = tiles.column(tile % tiles.count()) * cut.columns();
    long rows = Math.min(cut.rows(), p.m() - i);
    long columns = Math.min(cut.columns(), p.n() - j);
    int parts = cut.parts();
    for (int step = 1; step < parts - 1; step *= 2) {
      for (int part = 1; part + step < parts; part += 2 * step) {
        long to = partial(scratch, tile, part);
        Loops.add(p.dtype(), rows * columns, partial(scratch, tile, part + step), to);
      }
    }
    long from = partial(scratch, tile, 1);
    for (long r = 0; r < rows; r++) {
      Loops.add(p.dtype(), columns, from + r * columns * bytes, at(c, matrix, i + r, j));
    }
    if (mirrored) {
      mirror(c, matrix, i, j, rows, columns);
    }
  }

  private void mirror(long c, long matrix, long i, long j, long rows, long columns) {
    long distance = kernel.cDistance();
    if (i == j) {
      Loops.mirror(p.dtype(), rows, at(c, matrix, i, j), distance);
    } else {
      long to = at(c, matrix, j, i);
      Loops.transpose(p.dtype(), rows, columns, at(c, matrix, i, j), distance, to, distance);
    }
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s %d x %d x %d tiles of %d x %d x %d, %d parts",
        kernel.library(),
        matrices,
        tiles.rows(),
        tiles.columns(),
        cut.rows(),
        cut.columns(),
        cut.inner(),
        cut.parts());
  }
}
