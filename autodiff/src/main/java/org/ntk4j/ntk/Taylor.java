package org.ntk4j.ntk;

import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// Taylor polynomials of networks in their parameters.
public final class Taylor {
  private Taylor() {}

  /// `f(center, x) + ∂f/∂θ (params - center)`: a network of `params` and `x`.
  public static Network linearize(Network network, Tree<Tensor> center) {
    return expand(network, center, 1);
  }

  /// `Σ_{k <= degree} (1/k!) ∂^k f(center + t (params - center), x) / ∂t^k` at `t = 0`: a network
  /// of `params` and `x`. Degree 0 is constant in `params`.
  ///
  /// @throws IllegalArgumentException if `degree` is negative
  public static Network expand(Network network, Tree<Tensor> center, int degree) {
    if (degree < 0) {
      throw new IllegalArgumentException("the degree must be at least 0, got " + degree);
    }
    InputRules.avals("parameter", center);
    return new Expansion(network, center, degree);
  }
}
