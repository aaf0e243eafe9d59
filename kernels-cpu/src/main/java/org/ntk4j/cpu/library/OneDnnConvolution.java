package org.ntk4j.cpu.library;

import java.util.Locale;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// A convolution by oneDNN, some images of a piece at a time.
final class OneDnnConvolution implements PreparedConv {
  private static final int BYTES = 4;
  private static final long ALIGNMENT = 64;

  private final ConvGeometry geometry;
  private final ConvProblem p;
  private final ConvStage stage;
  private final Offsets offsets;
  private final Optional<FilterFlip> flip;
  private final long chunk;
  private final long chunks;
  private final long pieces;

  /// Chunks that are computed one after the other at the end of a piece, in one unit of work: two
  /// if the last one begins inside the one before it.
  private final long last;

  /// Whether `W` is brought into oneDNN's layout once, before all pieces.
  private final boolean sharedFilter;

  /// Whether sums over chunks are added after all pieces.
  private final boolean partial;

  private OneDnnConvolution(
      ConvGeometry geometry, ConvStage stage, Optional<FilterFlip> flip, long chunk) {
    this.geometry = geometry;
    this.p = geometry.problem();
    this.stage = stage;
    this.offsets = new Offsets(p);
    this.flip = flip;
    this.chunk = chunk;
    this.chunks = Math.ceilDiv(p.batch(), chunk);
    this.pieces = p.pieceCount();
    this.last = p.batch() % chunk == 0 ? 1 : 2;
    this.sharedFilter = sharesFilter(p) && (flip.isPresent() || stage.reordersFilter());
    this.partial = p.kind() == Kind.WEIGHT_GRADIENT && chunks > 1;
  }

  private static boolean sharesFilter(ConvProblem p) {
    return p.kind() != Kind.WEIGHT_GRADIENT && p.w().pieces().stream().allMatch(s -> s == 0);
  }

  /// Empty if oneDNN has no fast implementation of it.
  static Optional<PreparedConv> prepare(ConvGeometry given) {
    ConvProblem p = given.problem();
    boolean flipped = FilterFlip.isNeeded(p);
    if (p.dtype() != DType.F32
        || given.isEmpty()
        || flipped && !sharesFilter(p)
        || !Libraries.oneDnn()) {
      return Optional.empty();
    }
    long chunk = Chunks.images(p);
    if (p.pieceCount() * Math.ceilDiv(p.batch(), chunk) > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    Optional<FilterFlip> flip = flipped ? Optional.of(new FilterFlip(p)) : Optional.empty();
    ConvGeometry g = flip.map(f -> given.withFilter(f.result())).orElse(given);
    return ConvStage.of(g, chunk).map(stage -> new OneDnnConvolution(g, stage, flip, chunk));
  }

  @Override
  public long scratchBytes(int threads) {
    return flipBytes() + sharedBytes() + threads * stage.laneBytes();
  }

  private long flipBytes() {
    return flip.map(f -> Math.ceilDiv(f.bytes(), ALIGNMENT) * ALIGNMENT).orElse(0L);
  }

  /// Of what all lanes share.
  private long sharedBytes() {
    if (sharedFilter) {
      return stage.filterBytes();
    }
    return partial ? pieces * chunks * stage.filterBytes() : 0;
  }

  @Override
  public void run(Workers workers, long x, long w, long y, long scratch) {
    long shared = scratch + flipBytes();
    long lanes = shared + sharedBytes();
    flip.ifPresent(f -> f.run(w, scratch));
    if (sharedFilter) {
      stage.loadFilter(flip.isPresent() ? scratch : w, shared, lanes);
    }
    if (geometry.cropped() && p.kind() == Kind.DATA_GRADIENT) {
      geometry.clear(x);
    }
    long units = chunks - last + 1;
    workers.run(
        (int) (pieces * units),
        (unit, lane) -> {
          long first = unit % units;
          long end = first + (first == units - 1 ? last : 1);
          for (long c = first; c < end; c++) {
            chunk(unit / units, c, x, w, y, shared, lanes + lane * stage.laneBytes());
          }
        });
    if (partial) {
      workers.run(
          (int) pieces, (piece, lane) -> join(piece, w, shared, lanes + lane * stage.laneBytes()));
    }
  }

  private void chunk(long piece, long number, long x, long w, long y, long shared, long lane) {
    // The last images again, rather than fewer. While they are written, a result holds parts of
    // its sums: nobody else writes them meanwhile.
    long first = Math.min(number * chunk, p.batch() - chunk);
    long xAt = x + BYTES * (geometry.xOffset() + offsets.x(piece) + first * p.x().batch());
    long yAt = y + BYTES * (offsets.y(piece) + first * p.y().batch());
    long wAt = w + BYTES * offsets.w(piece);
    if (sharedFilter) {
      stage.runReady(xAt, shared, yAt, lane);
    } else if (partial) {
      long gradient = shared + (piece * chunks + number) * stage.filterBytes();
      stage.runReady(xAt, gradient, yAt, lane);
    } else {
      stage.run(xAt, wAt, yAt, lane);
    }
  }

  /// Adds the gradients of the chunks of a piece, as a binary tree.
  private void join(int piece, long w, long shared, long lane) {
    long first = shared + piece * chunks * stage.filterBytes();
    for (long step = 1; step < chunks; step *= 2) {
      for (long c = 0; c + step < chunks; c += 2 * step) {
        long to = first + c * stage.filterBytes();
        long from = to + step * stage.filterBytes();
        Loops.add(DType.F32, stage.filterBytes() / BYTES, from, to);
      }
    }
    stage.storeFilter(first, w + BYTES * offsets.w(piece), lane);
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%s, %d x %d x %d images", stage.description(), pieces, chunks, chunk);
  }

  @Override
  public void close() {
    stage.close();
  }
}
