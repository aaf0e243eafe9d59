package org.ntk4j.cuda.text;

import java.util.List;

/// An index of a sum of products: what the text calls it, and `0 <= name < extent`.
record Axis(String name, long extent) {
  /// Number of values of several.
  static long count(List<Axis> axes) {
    return axes.stream().mapToLong(Axis::extent).reduce(1, Math::multiplyExact);
  }
}
