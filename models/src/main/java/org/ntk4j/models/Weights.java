package org.ntk4j.models;

import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// How the weights `W` and biases `b` of a layer start and enter its formula.
///
/// * `NTK`: `y = wStd / √fanIn · W x + bStd · b` with `W, b ~ N(0, 1)`;
/// * `STANDARD`: `y = W x + b` with `W ~ N(0, wStd² / fanIn)`, `b ~ N(0, bStd²)`.
///
/// @param wStd standard deviation of the weights, before division by `√fanIn`
/// @param bStd standard deviation of the biases; there are none if it is 0
public record Weights(double wStd, double bStd, Parameterization parameterization) {

  /// `wStd = 1`, no biases, [Parameterization#NTK].
  public static final Weights DEFAULT = new Weights(1, 0, Parameterization.NTK);

  public Weights {
    if (!(wStd > 0 && wStd < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weights: wStd is " + wStd + "; it must be positive");
    }
    if (!(bStd >= 0 && bStd < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weights: bStd is " + bStd + "; it must not be negative");
    }
  }

  /// These standard deviations in [Parameterization#NTK].
  public static Weights ntk(double wStd, double bStd) {
    return new Weights(wStd, bStd, Parameterization.NTK);
  }

  /// These standard deviations in [Parameterization#STANDARD].
  public static Weights standard(double wStd, double bStd) {
    return new Weights(wStd, bStd, Parameterization.STANDARD);
  }

  /// Whether there are biases.
  public boolean hasBias() {
    return bStd > 0;
  }

  /// Initial weights.
  Tensor initialKernel(RandomKey key, DType dtype, Shape shape, long fanIn) {
    double std =
        switch (parameterization) {
          case NTK -> 1;
          case STANDARD -> wStd / Math.sqrt(fanIn);
        };
    return scaled(key.normal(dtype, shape), std);
  }

  /// Initial biases.
  Tensor initialBias(RandomKey key, DType dtype, Shape shape) {
    double std =
        switch (parameterization) {
          case NTK -> 1;
          case STANDARD -> bStd;
        };
    return scaled(key.normal(dtype, shape), std);
  }

  /// `y`, a result linear in the weights, scaled as the formula says.
  Value scaleKernel(Value y, long fanIn) {
    return switch (parameterization) {
      case NTK -> y.mul(wStd / Math.sqrt(fanIn));
      case STANDARD -> y;
    };
  }

  /// `y + b`, where `b` is scaled as the formula says.
  Value addBias(Value y, Value b) {
    return switch (parameterization) {
      case NTK -> y.add(b.mul(bStd));
      case STANDARD -> y.add(b);
    };
  }

  private static Tensor scaled(Tensor x, double factor) {
    if (factor != 1) {
      for (long i = 0; i < x.size(); i++) {
        x.setDouble(i, x.getDouble(i) * factor);
      }
    }
    return x;
  }
}
