package org.ntk4j.cli.demo;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.models.Layer;
import org.ntk4j.models.Stax;
import org.ntk4j.models.Weights;
import org.ntk4j.ntk.Network;

/// A convolutional network from `[n, 8, 8, 1]` images to `[n, 10]` scores, with random parameters.
record SmallNetwork(Network function, Tree<Tensor> params) {
  /// Its layers, to read.
  static final List<String> LAYERS =
      List.of(
          "conv 3x3, 32 channels, relu, mean of 2x2",
          "conv 3x3, 64 channels, relu, mean of 2x2",
          "dense, 10 outputs");

  private static final long FIRST = 32;
  private static final long SECOND = 64;

  /// With the first parameters that belong to `key`.
  static SmallNetwork random(RandomKey key) {
    Layer layer =
        Stax.serial(
            block(FIRST),
            block(SECOND),
            Stax.flatten(),
            Stax.dense(Digits.CLASSES, Weights.ntk(1, 0.1)));
    Tree<Tensor> params = layer.init(key, Aval.of(DType.F32, 1, 8, 8, 1)).params();
    return new SmallNetwork(layer.asFunction()::apply, params);
  }

  /// `√2` makes up for the half of the signal that a relu drops.
  private static Layer block(long channels) {
    return Stax.serial(
        Stax.conv(channels, 3, 3).padding(Padding.SAME).weights(Weights.ntk(Math.sqrt(2), 0.1)),
        Stax.relu(),
        Stax.avgPool(List.of(2L, 2L), List.of(2L, 2L), Padding.VALID));
  }

  /// How many parameters it has.
  long size() {
    return params.leaves().stream().mapToLong(Tensor::size).sum();
  }
}
