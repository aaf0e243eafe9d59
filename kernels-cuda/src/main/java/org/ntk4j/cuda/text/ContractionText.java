package org.ntk4j.cuda.text;

import java.util.List;

/// A contraction as kernels, by whichever way fits its sizes.
final class ContractionText {
  private ContractionText() {}

  static StepCode of(Contraction sum, Precision precision, String name) {
    if (sum.size() == 0) {
      return new StepCode(List.of(), 0);
    }
    return DirectText.isBetter(sum)
        ? StepCode.of(DirectText.of(sum, name))
        : TileText.of(sum, Tiling.of(sum, precision), name);
  }
}
