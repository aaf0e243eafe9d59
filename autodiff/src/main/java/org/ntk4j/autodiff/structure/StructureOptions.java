package org.ntk4j.autodiff.structure;

/// What the structured derivatives may use; switches for comparing and debugging, never needed for
/// correctness.
///
/// @param jacobianRules whether local Jacobians are written down by rule; otherwise they are
///   computed by batched derivatives of the equation
/// @param structureRules whether index equations of local Jacobians are used; otherwise local
///   Jacobians are dense
/// @param gradientBytes what gradients of examples may take that are contracted at once: those of a
///   parameter that take more are formed and contracted slab by slab, unless they are summed over
///   its uses first
public record StructureOptions(boolean jacobianRules, boolean structureRules, long gradientBytes) {
  /// Everything, and the gradients of one parameter at once.
  public static final StructureOptions DEFAULT = new StructureOptions(true, true, Long.MAX_VALUE);

  /// The same with slabs of so many bytes.
  public StructureOptions withGradientBytes(long bytes) {
    return new StructureOptions(jacobianRules, structureRules, Math.min(bytes, gradientBytes));
  }
}
