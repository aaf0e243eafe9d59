package org.ntk4j.cpu.library;

import java.util.Locale;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem.Kind;
import org.ntk4j.ir.schedule.ConvProblem;

/// A convolution by oneDNN, some images of a piece at a time.
final class OneDnnConvolution implements PreparedConv {
  private static final int BYTES = 4;

  private final ConvGeometry geometry;
  private final ConvProblem p;
  private final ConvStage stage;
  private final Offsets offsets;
  private final long chunk;
  private final long chunks;
  private final long pieces;

  /// Whether `W` is brought into oneDNN's layout once, before all pieces.
  private final boolean sharedFilter;

  /// Whether sums over chunks are added after all pieces.
  private final boolean partial;

  private OneDnnConvolution(ConvGeometry geometry, ConvStage stage, long chunk) {
    this.geometry = geometry;
    this.p = geometry.problem();
    this.stage = stage;
    this.offsets = new Offsets(p);
    this.chunk = chunk;
    this.chunks = Math.ceilDiv(p.batch(), chunk);
    this.pieces = p.pieceCount();
    boolean reads = p.kind() != Kind.WEIGHT_GRADIENT;
    this.sharedFilter =
        reads && stage.reordersFilter() && p.w().pieces().stream().allMatch(s -> s == 0);
    this.partial = !reads && chunks > 1;
  }

  /// Empty if oneDNN has no fast implementation of it.
  static Optional<PreparedConv> prepare(ConvGeometry geometry) {
    ConvProblem p = geometry.problem();
    if (p.dtype() != DType.F32 || geometry.isEmpty() || !Libraries.oneDnn()) {
      return Optional.empty();
    }
    long chunk = Chunks.images(p);
    if (p.pieceCount() * Math.ceilDiv(p.batch(), chunk) > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    return ConvStage.of(geometry, chunk)
        .map(stage -> new OneDnnConvolution(geometry, stage, chunk));
  }

  @Override
  public long scratchBytes(int threads) {
    return sharedBytes() + threads * stage.laneBytes();
  }

  /// Of what all lanes share: it comes first.
  private long sharedBytes() {
    if (sharedFilter) {
      return stage.filterBytes();
    }
    return partial ? pieces * chunks * stage.filterBytes() : 0;
  }

  @Override
  public void run(Workers workers, long x, long w, long y, long scratch) {
    long lanes = scratch + sharedBytes();
    if (sharedFilter) {
      stage.reorderFilter(w, scratch, lanes);
    }
    if (geometry.cropped() && p.kind() == Kind.DATA_GRADIENT) {
      geometry.clear(x);
    }
    workers.run(
        (int) (pieces * chunks),
        (unit, lane) -> unit(unit, x, w, y, scratch, lanes + lane * stage.laneBytes()));
    if (partial) {
      workers.run(
          (int) pieces, (piece, lane) -> join(piece, w, scratch, lanes + lane * stage.laneBytes()));
    }
  }

  private void unit(int unit, long x, long w, long y, long shared, long lane) {
    long piece = unit / chunks;
    // The last images again, rather than fewer: what is written twice is the same.
    long first = Math.min(unit % chunks * chunk, p.batch() - chunk);
    long xAt = x + BYTES * (geometry.xOffset() + offsets.x(piece) + first * p.x().batch());
    long yAt = y + BYTES * (offsets.y(piece) + first * p.y().batch());
    long wAt = w + BYTES * offsets.w(piece);
    if (sharedFilter) {
      stage.runReady(xAt, shared, yAt, lane);
    } else if (partial) {
      stage.runReady(xAt, shared + unit * stage.filterBytes(), yAt, lane);
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
