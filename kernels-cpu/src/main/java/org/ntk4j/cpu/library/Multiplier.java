package org.ntk4j.cpu.library;

/// Who can multiply matrices.
public enum Multiplier {
  /// The library; `f32` only.
  ONE_DNN,
  /// The library.
  OPEN_BLAS,
  /// Our own kernels, for sums along consecutive elements; see [DotKernel].
  DOT,
  /// Our own kernels, for large matrices; see [PanelKernel].
  PANELS
}
