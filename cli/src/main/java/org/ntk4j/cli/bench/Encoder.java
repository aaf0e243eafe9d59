package org.ntk4j.cli.bench;

import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// A transformer encoder of 4 layers with normalization first, on `[n, 64, 256]`: 4 heads, a hidden
/// layer of 1024 with GELU; then a normalization, the mean over positions, and a dense layer.
final class Encoder {
  private static final int LAYERS = 4;
  private static final long TOKENS = 64;
  private static final long WIDTH = 256;
  private static final long HEADS = 4;
  private static final long HIDDEN = 4 * WIDTH;
  private static final double EPSILON = 1e-5;

  private Encoder() {}

  static BenchmarkNetwork.Builder build() {
    Weights weights = new Weights();
    for (int i = 0; i < LAYERS; i++) {
      String layer = i + ".";
      normalization(weights, layer + "n1");
      for (String projection : new String[] {"q", "k", "v", "o"}) {
        dense(weights, layer + projection, WIDTH, WIDTH);
      }
      normalization(weights, layer + "n2");
      dense(weights, layer + "up", WIDTH, HIDDEN);
      dense(weights, layer + "down", HIDDEN, WIDTH);
    }
    normalization(weights, "n");
    dense(weights, "head", WIDTH, 10);
    Network network = (params, x) -> Tree.of(apply(params, x.get("x").value()));
    return BenchmarkNetwork.builder(network, weights, n -> Perceptrons.normal(n, TOKENS, WIDTH))
        .examples(8);
  }

  private static void dense(Weights weights, String name, long in, long out) {
    weights.add(name + ".w", 0, 1 / Math.sqrt(in), in, out).add(name + ".b", 0, 0.1, out);
  }

  private static void normalization(Weights weights, String name) {
    weights.add(name + ".scale", 1, 0.1, WIDTH).add(name + ".offset", 0, 0.1, WIDTH);
  }

  private static Value apply(Tree<Value> params, Value x) {
    Value y = x;
    for (int i = 0; i < LAYERS; i++) {
      String layer = i + ".";
      y = y.add(attention(params, layer, normalize(params, layer + "n1", y)));
      Value up = dense(params, layer + "up", normalize(params, layer + "n2", y));
      y = y.add(dense(params, layer + "down", Functions.gelu(up)));
    }
    return dense(params, "head", normalize(params, "n", y).mean(1));
  }

  private static Value dense(Tree<Value> params, String name, Value x) {
    return x.matmul(params.get(name + ".w").value()).add(params.get(name + ".b").value());
  }

  private static Value normalize(Tree<Value> params, String name, Value x) {
    Value scale = params.get(name + ".scale").value();
    return Functions.layerNorm(x, scale, params.get(name + ".offset").value(), EPSILON, -1);
  }

  private static Value attention(Tree<Value> params, String layer, Value x) {
    Value q = heads(dense(params, layer + "q", x));
    Value k = heads(dense(params, layer + "k", x));
    Value v = heads(dense(params, layer + "v", x));
    Value logits = Functions.einsum("nshd,nthd->nhst", q, k).mul(1 / Math.sqrt(q.dim(-1)));
    Value mixed = Functions.einsum("nhst,nthd->nshd", Functions.softmax(logits, -1), v);
    return dense(params, layer + "o", mixed.reshape(x.shape()));
  }

  private static Value heads(Value x) {
    return x.reshape(x.dim(0), TOKENS, HEADS, WIDTH / HEADS);
  }
}
