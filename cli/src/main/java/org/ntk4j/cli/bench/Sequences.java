package org.ntk4j.cli.bench;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// Networks on sequences: an embedding, and a recurrence.
final class Sequences {
  private static final long VOCABULARY = 50_000;
  private static final long FEATURES = 256;
  private static final long WORDS = 32;
  private static final long STEPS = 64;
  private static final long WIDTH = 128;

  private Sequences() {}

  /// `relu(dense(mean_t table[ids[n, t]]))`, dense.
  static BenchmarkNetwork.Builder embedding() {
    Weights weights =
        new Weights()
            .add("table", VOCABULARY, FEATURES)
            .add("w0", FEATURES, FEATURES)
            .add("b0", FEATURES)
            .add("w1", FEATURES, 10)
            .add("b1", 10);
    Network network =
        (params, x) -> {
          Value mean = params.get("table").value().take(x.get("x").value()).mean(1);
          Value hidden = Functions.relu(Perceptrons.dense(params, "0", mean));
          return Tree.of(Perceptrons.dense(params, "1", hidden));
        };
    return BenchmarkNetwork.builder(network, weights, Sequences::words).examples(64);
  }

  private static Tensor words(long examples) {
    Tensor ids = Tensor.zeros(DType.I64, Shape.of(examples, WORDS));
    for (long i = 0; i < ids.size(); i++) {
      ids.setLong(i, Math.floorMod(RandomKey.bits(7, i), VOCABULARY));
    }
    return ids;
  }

  /// `h_t = tanh((x_t A + h_{t-1} B) / √128 + 0.1 b)`, and a dense layer on the last; as a loop.
  static BenchmarkNetwork.Builder scanned() {
    return recurrent((params, x) -> {
      Value h = x.full(x.dtype(), Shape.of(x.dim(0), WIDTH), 0);
      return Control.scan(
              List.of(h),
              List.of(x.moveAxis(1, 0)),
              (carry, in) ->
                  new Control.Step(
                      List.of(step(params, carry.getFirst(), in.getFirst())), List.of()))
          .carry()
          .getFirst();
    });
  }

  /// The same, written out step by step.
  static BenchmarkNetwork.Builder unrolled() {
    return recurrent((params, x) -> {
      Value h = x.full(x.dtype(), Shape.of(x.dim(0), WIDTH), 0);
      for (long t = 0; t < STEPS; t++) {
        h = step(params, h, x.get(1, t));
      }
      return h;
    });
  }

  /// The last state for inputs `[n, t, i]`.
  @FunctionalInterface
  private interface Recurrence {
    Value last(Tree<Value> params, Value x);
  }

  private static BenchmarkNetwork.Builder recurrent(Recurrence recurrence) {
    Weights weights =
        new Weights()
            .add("a", WIDTH, WIDTH)
            .add("b", WIDTH, WIDTH)
            .add("bias", WIDTH)
            .add("w1", WIDTH, 10)
            .add("b1", 10);
    Network network =
        (params, x) -> {
          Value last = recurrence.last(params, x.get("x").value());
          return Tree.of(Perceptrons.dense(params, "1", last));
        };
    return BenchmarkNetwork.builder(network, weights, n -> Perceptrons.normal(n, STEPS, WIDTH))
        .examples(16);
  }

  private static Value step(Tree<Value> params, Value h, Value x) {
    Value driven = x.matmul(params.get("a").value());
    Value sum = driven.add(h.matmul(params.get("b").value())).mul(1 / Math.sqrt(WIDTH));
    return sum.add(params.get("bias").value().mul(Perceptrons.BIAS)).tanh();
  }
}
