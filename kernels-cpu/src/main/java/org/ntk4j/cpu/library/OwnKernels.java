package org.ntk4j.cpu.library;

import java.util.Objects;
import java.util.function.Function;
import org.ntk4j.core.DType;

/// Kernels of our own for products of matrices of `f32` and `f64`.
///
/// @param dots for sums along consecutive elements
/// @param panels for large matrices
public record OwnKernels(Function<DType, DotKernel> dots, Function<DType, PanelKernel> panels) {
  /// Compiles those of `dtype` now, if they are not known yet.
  void compile(DType dtype) {
    Objects.requireNonNull(dots.apply(dtype));
    Objects.requireNonNull(panels.apply(dtype));
  }
}
