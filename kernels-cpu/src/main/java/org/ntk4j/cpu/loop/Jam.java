package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.nest.Rewrite;
import org.ntk4j.ir.schedule.LoopNest;

/// Splits a loop along which stores combine into itself and a short loop, its last in number: done
/// inside the innermost loop, that visits the elements combined into less often.
final class Jam {
  private static final List<Long> FACTORS = List.of(8L, 7L, 6L, 5L, 4L, 3L, 2L);

  private Jam() {}

  /// The iterations of the short loop for a loop of `extent`, at most `limit`; 1 if it cannot be
  /// split.
  static long factor(long extent, long limit) {
    return FACTORS.stream()
        .filter(f -> f <= limit && extent > f && extent % f == 0)
        .findFirst()
        .orElse(1L);
  }

  /// `nest` where the short loop of `factor` iterations is split from `loop`.
  static LoopNest of(LoopNest nest, int loop, long factor) {
    List<Long> extents = new ArrayList<>(nest.extents());
    extents.set(loop, extents.get(loop) / factor);
    extents.add(factor);
    return Rewrite.of(
        nest,
        extents,
        coefficients -> {
          List<Long> result = new ArrayList<>(coefficients);
          result.set(loop, coefficients.get(loop) * factor);
          result.add(coefficients.get(loop));
          return result;
        });
  }
}
