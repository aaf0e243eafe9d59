package org.ntk4j.cli.bench;

import java.util.List;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// Convolutional networks on images `[n, 32, 32, 3]`, `h = relu(1.4/√fanIn · x ∗ W + 0.1 b)` with
/// windows 3 × 3 and one element of padding.
final class Convolutions {
  private static final Padding BORDER = Padding.of(List.of(1L, 1L), List.of(1L, 1L));
  private static final long SIZE = 32;

  /// In its first five images no rectifier's argument is within rounding of 0, where the gradient
  /// jumps: with most other keys one of them is, and `f32` and `f64` differ by 1e-3.
  private static final RandomKey VGG_IMAGES = RandomKey.of(5);

  private Convolutions() {}

  /// Three convolutions with 32 channels, then a dense layer over all that is left.
  static BenchmarkNetwork.Builder plain() {
    long channels = 32;
    Weights weights = new Weights();
    for (int i = 0; i < 3; i++) {
      weights.add("w" + i, 3, 3, i == 0 ? 3 : channels, channels).add("b" + i, channels);
    }
    weights.add("w3", SIZE * SIZE * channels, 10).add("b3", 10);
    Network network =
        (params, x) -> {
          Value y = x.get("x").value();
          for (int i = 0; i < 3; i++) {
            y = Functions.relu(layer(params, i, y, 1));
          }
          return Tree.of(Perceptrons.dense(params, "3", y.flattenFrom(1)));
        };
    return BenchmarkNetwork.builder(network, weights, n -> Perceptrons.normal(n, SIZE, SIZE, 3))
        .examples(16);
  }

  /// 64, 64, 128 (stride 2), 128, 256 (stride 2), 256 channels, mean over the image, dense.
  static BenchmarkNetwork.Builder vgg() {
    List<Long> channels = List.of(3L, 64L, 64L, 128L, 128L, 256L, 256L);
    int layers = channels.size() - 1;
    Weights weights = new Weights();
    for (int i = 0; i < layers; i++) {
      long out = channels.get(i + 1);
      weights.add("w" + i, 3, 3, channels.get(i), out).add("b" + i, out);
    }
    weights.add("w6", channels.getLast(), 10).add("b6", 10);
    Network network =
        (params, x) -> {
          Value y = x.get("x").value();
          for (int i = 0; i < layers; i++) {
            y = Functions.relu(layer(params, i, y, i == 2 || i == 4 ? 2 : 1));
          }
          return Tree.of(Perceptrons.dense(params, "6", y.mean(1, 2)));
        };
    return BenchmarkNetwork.builder(
            network, weights, n -> Perceptrons.normal(VGG_IMAGES, n, SIZE, SIZE, 3))
        .examples(16);
  }

  private static Value layer(Tree<Value> params, int i, Value x, long stride) {
    Value w = params.get("w" + i).value();
    double scale = Perceptrons.WEIGHT / Math.sqrt(9.0 * x.dim(-1));
    Value b = params.get("b" + i).value();
    return conv(x, w, stride).mul(scale).add(b.mul(Perceptrons.BIAS));
  }

  /// `x ∗ w`, where a window of 3 × 3 reaches over the border by one element.
  static Value conv(Value x, Value w, long stride) {
    Padding border = w.dim(0) == 1 ? Padding.VALID : BORDER;
    return x.conv(w).strides(stride, stride).padding(border).value();
  }
}
