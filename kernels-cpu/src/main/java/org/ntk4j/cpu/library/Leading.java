package org.ntk4j.cpu.library;

import java.util.Optional;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// How BLAS sees a matrix: rows (or, if `transposed`, columns) of consecutive elements, `distance`
/// apart.
record Leading(boolean transposed, long distance) {

  /// Empty if neither rows nor columns are consecutive, or if they overlap.
  static Optional<Leading> of(Matrices x, long rows, long columns) {
    Optional<Leading> plain = of(x.row(), x.column(), rows, columns, false);
    return plain.isPresent() ? plain : of(x.column(), x.row(), columns, rows, true);
  }

  private static Optional<Leading> of(
      long outer, long inner, long count, long length, boolean transposed) {
    if (inner != 1 && length > 1) {
      return Optional.empty();
    }
    if (count <= 1) {
      return Optional.of(new Leading(transposed, Math.max(1, length)));
    }
    return outer >= length ? Optional.of(new Leading(transposed, outer)) : Optional.empty();
  }

  /// Whether BLAS, which counts in `int`, can read it.
  boolean isShort() {
    return distance <= Integer.MAX_VALUE;
  }
}
