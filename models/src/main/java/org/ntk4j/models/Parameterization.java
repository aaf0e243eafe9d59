package org.ntk4j.models;

/// Where the scale of the weights is: in the formula or in the initial parameters.
public enum Parameterization {
  /// Parameters start from `N(0, 1)`; the formula multiplies by `wStd / √fanIn` and by `bStd`.
  NTK,

  /// Parameters start from `N(0, wStd² / fanIn)` and `N(0, bStd²)`; the formula uses them as they
  /// are.
  STANDARD
}
