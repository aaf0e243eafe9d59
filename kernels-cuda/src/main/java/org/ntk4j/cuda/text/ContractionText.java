package org.ntk4j.cuda.text;

import java.util.List;

/// A contraction as kernels, by whichever way fits its sizes.
final class ContractionText {
  private ContractionText() {}

  static StepPlan plan(Contraction sum, Arithmetic arithmetic) {
    if (sum.size() == 0) {
      return StepPlan.NOTHING;
    }
    return DirectText.isBetter(sum)
        ? new StepPlan(1, 0, name -> List.of(DirectText.of(sum, name)))
        : TileText.plan(sum, Tiling.of(sum, arithmetic));
  }
}
