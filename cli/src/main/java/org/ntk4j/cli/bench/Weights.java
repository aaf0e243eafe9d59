package org.ntk4j.cli.bench;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;

/// Named `f32` tensors that are drawn from normal distributions when they are needed, so that a
/// network is described without them.
final class Weights {
  private final SequencedMap<String, Draw> draws = new LinkedHashMap<>();

  private record Draw(Shape shape, double mean, double deviation) {}

  /// A tensor with this mean and standard deviation.
  Weights add(String name, double mean, double deviation, long... dims) {
    draws.put(name, new Draw(Shape.of(dims), mean, deviation));
    return this;
  }

  /// A standard normal tensor.
  Weights add(String name, long... dims) {
    return add(name, 0, 1, dims);
  }

  /// A matrix or a convolution's kernel `[.., in, out]` that keeps the size of what passes through
  /// a rectifier: variance `2 / fanIn`.
  Weights direct(String name, long... dims) {
    long fanIn = Shape.of(dims).size() / dims[dims.length - 1];
    return add(name, 0, Math.sqrt(2.0 / fanIn), dims);
  }

  /// How many numbers they are.
  long count() {
    return draws.values().stream().mapToLong(d -> d.shape().size()).sum();
  }

  /// Dtypes and shapes of the tensors.
  Tree<Aval> avals() {
    SequencedMap<String, Tree<Aval>> avals = new LinkedHashMap<>();
    draws.forEach((name, d) -> avals.put(name, Tree.of(new Aval(DType.F32, d.shape()))));
    return Tree.map(avals);
  }

  /// The tensors, always the same.
  Tree<Tensor> draw(RandomKey key) {
    SequencedMap<String, Tree<Tensor>> tensors = new LinkedHashMap<>();
    draws.forEach((name, d) -> {
      Tensor x = key.fold(tensors.size()).normal(DType.F32, d.shape());
      if (d.mean() != 0 || d.deviation() != 1) {
        for (long i = 0; i < x.size(); i++) {
          x.setDouble(i, d.mean() + d.deviation() * x.getDouble(i));
        }
      }
      tensors.put(name, Tree.of(x));
    });
    return Tree.map(tensors);
  }
}
