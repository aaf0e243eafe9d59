package org.ntk4j.cpu.library;

import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Kind;

/// Convolutions of an image or two, cut into pieces of some channels each: else they would keep but
/// one thread busy. Depends on the sizes alone.
final class ChannelSplit {
  /// Multiplications that are worth a piece of their own: each reads the image again.
  private static final double WORTH = 1 << 22;

  /// As many pieces are enough.
  private static final int PIECES = 4;

  /// Channels of a piece are a multiple of what oneDNN computes at once.
  private static final long CHANNELS = 16;

  private ChannelSplit() {}

  /// The same convolution in as many pieces as are worth it.
  static ConvProblem of(ConvProblem p) {
    if (p.dtype() != DType.F32 || p.groups() != 1 || p.batch() == 0 || FilterFlip.isNeeded(p)) {
      return p;
    }
    long now = p.pieceCount() * Math.ceilDiv(p.batch(), Chunks.images(p));
    long wanted = (long) Math.min(PIECES, p.multiplications() / WORTH) / Math.max(1, now);
    long channels = p.kind() == Kind.DATA_GRADIENT ? p.in() : p.out();
    for (long count = wanted; count > 1; count--) {
      if (channels % (count * CHANNELS) == 0) {
        return split(p, count);
      }
    }
    return p;
  }

  private static ConvProblem split(ConvProblem p, long count) {
    boolean inputs = p.kind() == Kind.DATA_GRADIENT;
    long in = inputs ? p.in() / count : p.in();
    long out = inputs ? p.out() : p.out() / count;
    return p.withChannels(p.groups(), in, out)
        .withPieces(
            count,
            inputs ? in * p.x().channel() : 0,
            inputs ? in * p.w().in() : out * p.w().out(),
            inputs ? 0 : out * p.y().channel());
  }
}
