package org.ntk4j.core;

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011):
/// a keyed bijection of 128-bit counters that passes BigCrush, also over keys that count up.
///
/// It needs 32-bit multiplications only, so a GPU computes the same bits.
final class Philox {

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW_HALF = 0xFFFFFFFFL;

  private Philox() {}

  /// The first two output words, `x0 + 2^32 x1`, of the counter `low + 2^64 high`.
  static long bits(long key, long low, long high) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = (int) low;
    int x1 = (int) (low >>> 32);
    int x2 = (int) high;
    int x3 = (int) (high >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (x0 & LOW_HALF);
      long product1 = MULTIPLIER_1 * (x2 & LOW_HALF);
      x0 = (int) (product1 >>> 32) ^ x1 ^ k0;
      x1 = (int) product1;
      x2 = (int) (product0 >>> 32) ^ x3 ^ k1;
      x3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return (x0 & LOW_HALF) | ((long) x1 << 32);
  }
}
