package org.ntk4j.cuda.text;

/// Numbers that mappings are chosen by.
///
/// @param enough threads that keep a card busy
/// @param blocks the most in a row of a grid
record NestTuning(long enough, long blocks) {
  /// For large cards.
  static final NestTuning CARD = new NestTuning(1 << 17, Integer.MAX_VALUE);
}
