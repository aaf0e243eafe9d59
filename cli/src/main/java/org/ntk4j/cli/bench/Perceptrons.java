package org.ntk4j.cli.bench;

import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// Fully connected networks, `h = relu(1.4/√in · x W + 0.1 b)`, and the same formula with the
/// weights used in other ways.
final class Perceptrons {
  static final double WEIGHT = 1.4;
  static final double BIAS = 0.1;

  private static final int LAYERS = 4;
  private static final long[] WIDTHS = {784, 1024, 1024, 1024, 10};

  private Perceptrons() {}

  /// How `x` and `w` make `1.4/√in · x w`.
  @FunctionalInterface
  private interface Product {
    Value of(Value x, Value w);
  }

  /// `x W`, then scaled.
  static BenchmarkNetwork.Builder plain() {
    return layers(Perceptrons::product, false, WIDTHS).examples(64);
  }

  /// `x Wᵀ`, then scaled.
  static BenchmarkNetwork.Builder transposed() {
    Product product = (x, w) -> x.matmul(w.transpose()).mul(WEIGHT / Math.sqrt(x.dim(-1)));
    return layers(product, true, WIDTHS).examples(64);
  }

  /// `x (c W)`.
  static BenchmarkNetwork.Builder scaled() {
    Product product = (x, w) -> x.matmul(w.mul(WEIGHT / Math.sqrt(x.dim(-1))));
    return layers(product, false, WIDTHS).examples(64);
  }

  /// A few numbers.
  static BenchmarkNetwork.Builder small() {
    return layers(Perceptrons::product, false, 8, 16, 16, 16, 3).examples(4).outputs(3);
  }

  static Value product(Value x, Value w) {
    return x.matmul(w).mul(WEIGHT / Math.sqrt(x.dim(-1)));
  }

  /// `1.4/√in · x W + 0.1 b` with the parameters `w<name>` and `b<name>`.
  static Value dense(Tree<Value> params, String name, Value x) {
    Value b = params.get("b" + name).value();
    return product(x, params.get("w" + name).value()).add(b.mul(BIAS));
  }

  private static BenchmarkNetwork.Builder layers(
      Product product, boolean outFirst, long... widths) {
    Weights weights = new Weights();
    for (int i = 0; i < LAYERS; i++) {
      long in = widths[i];
      long out = widths[i + 1];
      weights.add("w" + i, outFirst ? out : in, outFirst ? in : out).add("b" + i, out);
    }
    Network network =
        (params, x) -> {
          Value y = x.get("x").value();
          for (int i = 0; i < LAYERS; i++) {
            Value b = params.get("b" + i).value();
            y = product.of(y, params.get("w" + i).value()).add(b.mul(BIAS));
            y = i < LAYERS - 1 ? Functions.relu(y) : y;
          }
          return Tree.of(y);
        };
    return BenchmarkNetwork.builder(network, weights, n -> normal(n, widths[0]));
  }

  /// Standard normal examples.
  static Tensor normal(long... dims) {
    return normal(RandomKey.of(3), dims);
  }

  /// Standard normal examples drawn from `key`.
  static Tensor normal(RandomKey key, long... dims) {
    return key.normal(DType.F32, Shape.of(dims));
  }
}
