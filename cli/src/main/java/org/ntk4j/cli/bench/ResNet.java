package org.ntk4j.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// ResNet-18 for images `[n, 32, 32, 3]`: a convolution 3 × 3 with 64 channels, eight blocks of two
/// convolutions with 64 to 512 channels, mean over the image, dense; batch normalization with
/// stored statistics after every convolution.
final class ResNet {
  private static final double EPSILON = 1e-5;

  private ResNet() {}

  /// @param shrinks whether it halves the image, and its shortcut is a convolution 1 × 1
  private record Block(String name, long in, long out, boolean shrinks) {}

  static BenchmarkNetwork.Builder build() {
    List<Block> blocks = blocks();
    Weights weights = new Weights();
    Weights statistics = new Weights();
    unit(weights, statistics, "stem", 3, 3, 64);
    for (Block block : blocks) {
      unit(weights, statistics, block.name() + ".1", 3, block.in(), block.out());
      unit(weights, statistics, block.name() + ".2", 3, block.out(), block.out());
      if (block.shrinks()) {
        unit(weights, statistics, block.name() + ".s", 1, block.in(), block.out());
      }
    }
    weights.direct("w", 512, 10).add("b", 10);
    Network network = (params, x) -> Tree.of(apply(blocks, params, x));
    return BenchmarkNetwork.builder(network, weights, n -> Perceptrons.normal(n, 32, 32, 3))
        .statistics(statistics)
        .examples(8);
  }

  private static List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    long in = 64;
    for (int stage = 0; stage < 4; stage++) {
      long out = 64L << stage;
      for (int i = 0; i < 2; i++) {
        blocks.add(new Block(stage + "." + i, in, out, in != out));
        in = out;
      }
    }
    return blocks;
  }

  /// A convolution and its normalization.
  private static void unit(
      Weights weights, Weights statistics, String name, long window, long in, long out) {
    weights.direct(name + ".w", window, window, in, out);
    weights.add(name + ".scale", 1, 0.1, out).add(name + ".offset", 0, 0.1, out);
    statistics.add(name + ".mean", 0, 0.1, out).add(name + ".variance", 1, 0.1, out);
  }

  private static Value apply(List<Block> blocks, Tree<Value> params, Tree<Value> x) {
    Value y = Functions.relu(unit(params, x, "stem", x.get("x").value(), 1));
    for (Block block : blocks) {
      long stride = block.shrinks() ? 2 : 1;
      Value h = Functions.relu(unit(params, x, block.name() + ".1", y, stride));
      h = unit(params, x, block.name() + ".2", h, 1);
      Value shortcut = block.shrinks() ? unit(params, x, block.name() + ".s", y, stride) : y;
      y = Functions.relu(h.add(shortcut));
    }
    return y.mean(1, 2).matmul(params.get("w").value()).add(params.get("b").value());
  }

  /// `(x ∗ w - mean) / √(variance + ε) · scale + offset`.
  private static Value unit(
      Tree<Value> params, Tree<Value> statistics, String name, Value x, long stride) {
    Value y = Convolutions.conv(x, params.get(name + ".w").value(), stride);
    Value centred = y.sub(statistics.get(name + ".mean").value());
    Value divided = centred.mul(statistics.get(name + ".variance").value().add(EPSILON).rsqrt());
    return divided
        .mul(params.get(name + ".scale").value())
        .add(params.get(name + ".offset").value());
  }
}
