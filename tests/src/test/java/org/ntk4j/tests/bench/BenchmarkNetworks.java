package org.ntk4j.tests.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.models.Layer;
import org.ntk4j.models.Stax;
import org.ntk4j.models.Weights;
import org.ntk4j.ntk.Network;

/// Networks of real sizes, `f32`.
final class BenchmarkNetworks {
  private static final Weights BIASED = Weights.ntk(1.4, 0.1);
  private static final long WIDTH = 1024;

  private BenchmarkNetworks() {}

  /// A network with parameters and examples.
  ///
  /// @param traced whether the kernel is traced over the last axis
  record Case(String name, Network network, Tree<Tensor> params, Tree<Tensor> x, boolean traced) {
    Case withTrace() {
      return new Case(name + ", traced", network, params, x, true);
    }
  }

  /// All of them.
  static List<Case> all() {
    return List.of(
        fcn(BIASED),
        fcn(BIASED).withTrace(),
        fcn(Weights.standard(1.4, 0.1)),
        transposed(),
        cnn(),
        unrolled(64),
        scanned(64),
        embedding());
  }

  private static Tensor normal(long seed, long... dims) {
    return RandomKey.of(seed).normal(DType.F32, Shape.of(dims));
  }

  private static Case of(String name, Layer layer, Tensor x) {
    Tree<Tensor> params = layer.init(RandomKey.of(1), new Aval(x.dtype(), x.shape())).params();
    return new Case(name, layer.asFunction()::apply, params, Tree.of(x), false);
  }

  private static Case fcn(Weights weights) {
    Layer layer =
        Stax.serial(
            Stax.dense(WIDTH, weights),
            Stax.relu(),
            Stax.dense(WIDTH, weights),
            Stax.relu(),
            Stax.dense(WIDTH, weights),
            Stax.relu(),
            Stax.dense(10, weights));
    return of("FCN " + weights.parameterization(), layer, normal(2, 64, 784));
  }

  /// The same network with weights `[out, in]`.
  private static Case transposed() {
    Network network =
        (params, x) -> {
          Value y = x.value();
          for (int i = 0; i < 4; i++) {
            Value w = params.get(i).get(0).value();
            Value b = params.get(i).get(1).value();
            y = y.matmul(w.transpose()).mul(1 / Math.sqrt(w.dim(1))).add(b);
            y = i < 3 ? Functions.relu(y) : y;
          }
          return Tree.of(y);
        };
    Tree<Tensor> params =
        Tree.list(
            List.of(
                Tree.leaves(List.of(normal(3, WIDTH, 784), normal(4, WIDTH))),
                Tree.leaves(List.of(normal(5, WIDTH, WIDTH), normal(6, WIDTH))),
                Tree.leaves(List.of(normal(7, WIDTH, WIDTH), normal(8, WIDTH))),
                Tree.leaves(List.of(normal(9, 10, WIDTH), normal(10, 10)))));
    return new Case("FCN x·Wᵀ", network, params, Tree.of(normal(2, 64, 784)), false);
  }

  private static Case cnn() {
    Layer layer =
        Stax.serial(
            Stax.conv(32, 3, 3).padding(Padding.SAME).weights(BIASED),
            Stax.relu(),
            Stax.conv(32, 3, 3).padding(Padding.SAME).weights(BIASED),
            Stax.relu(),
            Stax.conv(32, 3, 3).padding(Padding.SAME).weights(BIASED),
            Stax.relu(),
            Stax.flatten(),
            Stax.dense(10, BIASED));
    return of("CNN 3 x 3x3x32", layer, normal(2, 16, 32, 32, 3));
  }

  private static Case scanned(long steps) {
    Layer layer = Stax.serial(Stax.recurrent(128, BIASED, false), Stax.dense(10, BIASED));
    return of("RNN scanned", layer, normal(2, 16, steps, 128));
  }

  private static Case unrolled(long steps) {
    Network network =
        (params, x) -> {
          Value h = x.value().get(1, 0).mul(0.0);
          for (long t = 0; t < steps; t++) {
            Value drive = x.value().get(1, t).matmul(params.get("input").value());
            Value recurrent = h.matmul(params.get("hidden").value());
            h = drive.add(recurrent).mul(1 / Math.sqrt(128)).add(params.get("bias").value()).tanh();
          }
          return Tree.of(h.matmul(params.get("out").value()).mul(1 / Math.sqrt(128)));
        };
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    params.put("input", Tree.of(normal(3, 128, 128)));
    params.put("hidden", Tree.of(normal(4, 128, 128)));
    params.put("bias", Tree.of(normal(5, 128)));
    params.put("out", Tree.of(normal(6, 128, 10)));
    Tree<Tensor> x = Tree.of(normal(2, 16, steps, 128));
    return new Case("RNN unrolled", network, Tree.map(params), x, false);
  }

  private static Case embedding() {
    long vocabulary = 50_000;
    Layer layer =
        Stax.serial(
            Stax.embedding(vocabulary, 256),
            Stax.elementwise(x -> x.mean(1)),
            Stax.dense(256, BIASED),
            Stax.relu(),
            Stax.dense(10, BIASED));
    Tensor ids = Tensor.zeros(DType.I64, Shape.of(64, 32));
    for (long i = 0; i < ids.size(); i++) {
      ids.setLong(i, Math.floorMod(RandomKey.bits(7, i), vocabulary));
    }
    return of("embedding + MLP", layer, ids);
  }
}
