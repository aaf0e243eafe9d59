package org.ntk4j.cpu.panel;

import java.util.Map;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.jit.Template;

/// What the kernels have in common that multiply panels.
///
/// Two vectors of a right panel's row are multiplied with each element of a left panel's: `2 ·
/// rows` vectors of sums are in registers for as long as there are terms, and each element that is
/// loaded serves two multiplications, each vector `rows`. So a processor is busy multiplying, and
/// with nothing else.
///
/// @param lanes elements of a vector: a power of 2
/// @param rows of a left panel
record PanelText(DType dtype, int lanes, int rows) {
  /// Vectors of a right panel's row.
  static final int VECTORS = 2;

  int columns() {
    return VECTORS * lanes;
  }

  Template template(int width) {
    return new Template(
        dtype,
        lanes,
        Map.of(
            "width",
            width,
            "widthBytes",
            width * dtype.sizeBytes(),
            "rows",
            rows,
            "columns",
            columns(),
            "vectorBytes",
            lanes * dtype.sizeBytes()));
  }

  /// A mask of the lanes below `limit`.
  String mask(int limit) {
    StringBuilder mask = new StringBuilder("<");
    for (int lane = 0; lane < lanes; lane++) {
      mask.append(lane == 0 ? "" : ", ").append(lane < limit ? "i1 true" : "i1 false");
    }
    return mask.append('>').toString();
  }

  /// The numbers of lanes, from `first` on, as constants of a vector of `i64`.
  String numbers(int first) {
    StringBuilder numbers = new StringBuilder("<");
    for (int lane = 0; lane < lanes; lane++) {
      numbers.append(lane == 0 ? "" : ", ").append("i64 ").append(first + lane);
    }
    return numbers.append('>').toString();
  }
}
