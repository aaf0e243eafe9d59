package org.ntk4j.cpu.library;

import org.ntk4j.ir.schedule.ConvProblem;

/// Convolutions and their adjoints: `f32` by oneDNN; `f64`, and what oneDNN has nothing fast for,
/// as matrix products of patches.
public final class Convolutions {
  private Convolutions() {}

  /// Decides how to compute a convolution.
  public static PreparedConv prepare(ConvProblem problem) {
    if (PatchConvolution.isPreferred(problem)) {
      return new PatchConvolution(problem);
    }
    ConvGeometry geometry = ConvGeometry.of(ChannelSplit.of(problem));
    return OneDnnConvolution.prepare(geometry).orElseGet(() -> new PatchConvolution(problem));
  }
}
