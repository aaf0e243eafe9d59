package org.ntk4j.autodiff.structure;

/// What the structured derivatives may use; switches for comparing and debugging, never needed for
/// correctness.
///
/// @param jacobianRules whether local Jacobians are written down by rule; otherwise they are
///   computed by batched derivatives of the equation
/// @param structureRules whether index equations of local Jacobians are used; otherwise local
///   Jacobians are dense
public record StructureOptions(boolean jacobianRules, boolean structureRules) {
  /// Everything.
  public static final StructureOptions DEFAULT = new StructureOptions(true, true);
}
