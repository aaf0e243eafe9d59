package org.ntk4j.tests;

import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// A network with the shapes of its parameters and of one example of each input.
record NamedNetwork(String name, Network network, List<Shape> parameters, List<Shape> examples) {
  /// Several inputs and outputs.
  interface Body {
    Tree<Value> apply(List<Value> p, List<Value> x);
  }

  /// One input and one output.
  interface Single {
    Value apply(List<Value> p, Value x);
  }

  static NamedNetwork net(String name, List<Shape> parameters, List<Shape> examples, Body body) {
    return new NamedNetwork(
        name, (p, x) -> body.apply(p.leaves(), x.leaves()), parameters, examples);
  }

  static NamedNetwork one(String name, List<Shape> parameters, Shape example, Single body) {
    return net(name, parameters, List.of(example), (p, x) -> Tree.of(body.apply(p, x.getFirst())));
  }

  static NamedNetwork one(String name, Shape parameter, Shape example, Single body) {
    return one(name, List.of(parameter), example, body);
  }

  Tree<Tensor> params() {
    return normal(100, parameters);
  }

  Tree<Tensor> inputs(long seed, long count) {
    return normal(seed, examples.stream().map(s -> Shape.of(count).concat(s)).toList());
  }

  private static Tree<Tensor> normal(long seed, List<Shape> shapes) {
    return Tree.leaves(
        IntStream.range(0, shapes.size())
            .mapToObj(k -> RandomKey.of(seed + k).normal(DType.F64, shapes.get(k)))
            .toList());
  }

  @Override
  public String toString() {
    return name;
  }
}
