package org.ntk4j.cuda.text;

import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;

/// In how many bits the indices of a nest are computed: 32 if those suffice for every index and for
/// the number of iterations.
record NestWidth(boolean isNarrow) {
  /// Numbers of threads are rounded up, and steps go beyond the end.
  private static final long LIMIT = Integer.MAX_VALUE - (1L << 20);

  static NestWidth of(LoopNest nest) {
    boolean fits =
        nest.iterations() <= LIMIT
            && Accesses.of(nest).indices().stream().allMatch(i -> reach(i, nest) <= LIMIT);
    return new NestWidth(fits);
  }

  /// What no partial sum of `index` exceeds, without what is read from memory.
  private static double reach(Index index, LoopNest nest) {
    double reach = Math.abs((double) index.offset());
    for (int d = 0; d < index.rank(); d++) {
      reach += Math.abs((double) index.coefficient(d)) * (nest.extents().get(d) - 1);
    }
    for (Index.Scaled scaled : index.dynamic()) {
      if (scaled.value() instanceof Quotient(var value, long divisor, long modulus)) {
        double most = reach(value, nest) / divisor;
        double size = modulus == 0 ? most : Math.min(most, modulus);
        reach += Math.abs((double) scaled.coefficient()) * size;
        reach = Math.max(reach, Math.max(divisor, modulus));
      }
    }
    return reach;
  }

  String type() {
    return isNarrow ? "int" : "long long";
  }

  String unsigned() {
    return isNarrow ? "unsigned" : "unsigned long long";
  }

  /// Of signed constants.
  String suffix() {
    return isNarrow ? "" : "LL";
  }

  /// Of unsigned constants.
  String unsignedSuffix() {
    return isNarrow ? "u" : "ull";
  }
}
