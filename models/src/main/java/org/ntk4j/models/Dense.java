package org.ntk4j.models;

import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Value;

/// Fully connected layers and table look-up.
final class Dense {
  private Dense() {}

  /// `y[n, .., o] = Σ_i x[n, .., i] w[i, o] + b[o]`, scaled as `weights` says.
  static Layer dense(long features, Weights weights) {
    Inputs.positive("dense", "the number of features", features);
    return Layer.of(
        (key, input) -> {
          Inputs.floating("dense", input, 2);
          long in = Inputs.channels(input);
          return Params.affine(
              weights, key, input.dtype(), Shape.of(in, features), in, Shape.of(features));
        },
        (params, x, _) -> {
          Value y = weights.scaleKernel(x.matmul(params.get("w").value()), x.dim(-1));
          return weights.hasBias() ? weights.addBias(y, params.get("b").value()) : y;
        });
  }

  /// `y[n.., o] = wStd · table[ids[n..], o]`.
  static Layer embedding(long vocabulary, long features, Weights weights, DType dtype) {
    Inputs.positive("embedding", "the size of the vocabulary", vocabulary);
    Inputs.positive("embedding", "the number of features", features);
    if (weights.hasBias()) {
      throw new IllegalArgumentException("embedding: has no biases, but bStd is " + weights.bStd());
    }
    return Layer.of(
        (key, input) -> table(key, input, Shape.of(vocabulary, features), weights, dtype),
        (params, ids, _) -> weights.scaleKernel(params.get("table").value().take(ids), 1));
  }

  private static Tree<Tensor> table(
      RandomKey key, Aval input, Shape shape, Weights weights, DType dtype) {
    if (!input.dtype().isInteger() || input.rank() < 1) {
      throw new IllegalArgumentException(
          "embedding: the input is %s, but needs an integer dtype and at least one axis"
              .formatted(input));
    }
    return Tree.map("table", Tree.of(weights.initialKernel(key, dtype, shape, 1)));
  }
}
