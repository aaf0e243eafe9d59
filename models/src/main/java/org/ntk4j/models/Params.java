package org.ntk4j.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// Parameter trees.
final class Params {
  private Params() {}

  /// No parameters.
  static Tree<Tensor> none() {
    return Tree.list(List.of());
  }

  /// `{w, b}`, or `{w}` without biases.
  static Tree<Tensor> affine(
      Weights weights, RandomKey key, DType dtype, Shape kernel, long fanIn, Shape bias) {
    List<RandomKey> keys = key.split(2);
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    params.put("w", Tree.of(weights.initialKernel(keys.get(0), dtype, kernel, fanIn)));
    if (weights.hasBias()) {
      params.put("b", Tree.of(weights.initialBias(keys.get(1), dtype, bias)));
    }
    return Tree.map(params);
  }

  /// `{scale: 1.., offset: 0..}`.
  static Tree<Tensor> scaleAndOffset(DType dtype, Shape shape) {
    return Tree.map(
        "scale",
        Tree.of(Tensor.fill(dtype, shape, 1)),
        "offset",
        Tree.of(Tensor.zeros(dtype, shape)));
  }
}
