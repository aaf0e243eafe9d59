package org.ntk4j.ntk;

/// A way to compute the kernel `K = Σ_w (∂y/∂w)(∂y'/∂w)`. All of them give the same numbers up to
/// rounding.
public enum Implementation {
  /// The one with the smallest predicted time.
  AUTO,
  /// The Jacobians of both sides, then one contraction of them.
  JACOBIAN_CONTRACTION,
  /// A column at a time: one reverse pass and one forward pass each; no Jacobian is stored.
  NTK_VECTOR_PRODUCTS,
  /// Contractions of cotangents with the small dense factors of each parameter's local Jacobians.
  STRUCTURED_DERIVATIVES
}
