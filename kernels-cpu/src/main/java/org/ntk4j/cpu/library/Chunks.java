package org.ntk4j.cpu.library;

import org.ntk4j.ir.schedule.ConvProblem;

/// How many images of a convolution are one piece of work; depends on the sizes alone.
final class Chunks {
  /// Multiplications that are worth a piece of work: about 0.1 ms.
  private static final double WORTH = 1 << 22;

  private Chunks() {}

  static long images(ConvProblem p) {
    double each = p.multiplications() / Math.max(1, p.batch() * p.pieceCount());
    long wanted = (long) Math.clamp(Math.ceil(WORTH / Math.max(1, each)), 1, p.batch());
    return p.kind() == ConvProblem.Kind.WEIGHT_GRADIENT
        ? divisor(p.batch(), wanted)
        : leastWaste(p.batch(), wanted);
  }

  /// The size from `wanted` to twice that with the fewest images computed twice.
  private static long leastWaste(long batch, long wanted) {
    long best = wanted;
    for (long size = wanted; size <= Math.min(batch, 2 * wanted); size++) {
      best = waste(batch, size) < waste(batch, best) ? size : best;
    }
    return best;
  }

  private static long waste(long batch, long size) {
    return Math.ceilDiv(batch, size) * size - batch;
  }

  /// The smallest divisor of `n` that is at least `wanted`.
  private static long divisor(long n, long wanted) {
    long d = wanted;
    while (n % d != 0) {
      d++;
    }
    return d;
  }
}
