package org.ntk4j.cuda.text;

/// Numbers by which nests are spread over the threads of a card. Where sums are cut depends on
/// them.
///
/// @param enough threads that keep a card busy
/// @param blocks the most in a row of a grid
public record NestTuning(long enough, long blocks) {
  /// For large cards.
  public static final NestTuning CARD = new NestTuning(1 << 17, Integer.MAX_VALUE);
}
