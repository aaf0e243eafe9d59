package org.ntk4j.cli.bench;

import java.util.List;
import java.util.Optional;

/// The networks that are timed.
///
/// `tests/peers` has the same ones in JAX and in PyTorch: a change here is a change there.
public final class BenchmarkNetworks {
  private static final List<BenchmarkNetwork> TIMED = timed();

  /// A small one that takes no time, to try things with.
  private static final BenchmarkNetwork SMALL = Perceptrons.small().full("small", "FCN 8-16-3");

  private BenchmarkNetworks() {}

  private static List<BenchmarkNetwork> timed() {
    BenchmarkNetwork.Builder fcn = Perceptrons.plain();
    BenchmarkNetwork.Builder vgg = Convolutions.vgg();
    BenchmarkNetwork.Builder resNet = ResNet.build();
    BenchmarkNetwork.Builder encoder = Encoder.build();
    return List.of(
        fcn.full("fcn", "FCN 784-1024³-10, N = 64"),
        fcn.traced("fcn-traced", "FCN 784-1024³-10, N = 64"),
        Perceptrons.transposed().full("fcn-transposed", "FCN with x·Wᵀ, N = 64"),
        Perceptrons.scaled().full("fcn-scaled", "FCN with x·(cW), N = 64"),
        Convolutions.plain().full("cnn", "3 × conv 3×3×32, dense, N = 16"),
        vgg.full("vgg6", "VGG-6, N = 16"),
        vgg.traced("vgg6-traced", "VGG-6, N = 16"),
        resNet.full("resnet18", "ResNet-18, N = 8"),
        resNet.traced("resnet18-traced", "ResNet-18, N = 8"),
        encoder.full("encoder", "transformer encoder, N = 8"),
        encoder.traced("encoder-traced", "transformer encoder, N = 8"),
        Sequences.embedding().full("embedding", "embedding 50,000 × 256, MLP, N = 64"),
        Sequences.scanned().full("rnn", "tanh-RNN, 64 steps, a loop, N = 16"),
        Sequences.unrolled().full("rnn-unrolled", "tanh-RNN, 64 steps, unrolled, N = 16"));
  }

  /// All that are timed, in the order of the table.
  public static List<BenchmarkNetwork> all() {
    return TIMED;
  }

  /// The network of this name.
  public static Optional<BenchmarkNetwork> named(String name) {
    return SMALL.name().equals(name)
        ? Optional.of(SMALL)
        : TIMED.stream().filter(n -> n.name().equals(name)).findFirst();
  }
}
