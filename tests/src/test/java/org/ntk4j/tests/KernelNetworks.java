package org.ntk4j.tests;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Network;

/// Small networks with parameters and examples.
final class KernelNetworks {
  private KernelNetworks() {}

  /// A network at random parameters and two sets of examples.
  record Case(String name, Network network, Tree<Tensor> params, Tree<Tensor> x1, Tree<Tensor> x2) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// Random normal numbers, float64; equal for equal `seed` and dims.
  static Tensor normal(long seed, long... dims) {
    return RandomKey.of(seed).normal(DType.F64, Shape.of(dims));
  }

  /// `{name: tensor of these dims}` with random values.
  static Tree<Tensor> params(Map<String, long[]> shapes) {
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    long seed = 100;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      params.put(entry.getKey(), Tree.of(normal(seed++, entry.getValue())));
    }
    return Tree.map(params);
  }

  private static Map<String, long[]> shapes(String a, long[] dims) {
    SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put(a, dims);
    return shapes;
  }

  private static Map<String, long[]> shapes(String a, long[] first, String b, long[] second) {
    Map<String, long[]> shapes = shapes(a, first);
    shapes.put(b, second);
    return shapes;
  }

  private static long[] dims(long... dims) {
    return dims;
  }

  private static Value at(Tree<Value> p, String name) {
    return p.get(name).value();
  }

  /// `tanh(x·w)·v`.
  static final Network MLP =
      (p, x) -> Tree.of(x.value().matmul(at(p, "w")).tanh().matmul(at(p, "v")));

  /// Parameters of [#MLP].
  static Tree<Tensor> mlpParams() {
    return params(shapes("w", dims(4, 5), "v", dims(5, 3)));
  }

  private static Case dense(String name, Network network) {
    return new Case(name, network, mlpParams(), Tree.of(normal(1, 4, 4)), Tree.of(normal(2, 3, 4)));
  }

  private static Case square(String name, Network network) {
    return new Case(
        name,
        network,
        params(shapes("p", dims(3, 3), "q", dims(3))),
        Tree.of(normal(1, 3, 3)),
        Tree.of(normal(2, 3, 3)));
  }

  /// All of them.
  static List<Case> all() {
    return List.of(
        dense("mlp", MLP),
        dense(
            "tied",
            (p, x) ->
                Tree.of(
                    x.value()
                        .matmul(at(p, "w"))
                        .tanh()
                        .matmul(at(p, "w").transpose().mul(0.5))
                        .sin()
                        .matmul(at(p, "w"))
                        .matmul(at(p, "v")))),
        dense(
            "centered examples",
            (p, x) ->
                Tree.of(x.value().sub(x.value().mean(0)).matmul(at(p, "w")).matmul(at(p, "v")))),
        dense(
            "batch normalization",
            (p, x) -> {
              Value h = x.value().matmul(at(p, "w"));
              Value centered = h.sub(h.mean(0));
              Value scaled = centered.div(centered.square().mean(0).add(0.1).sqrt());
              return Tree.of(scaled.tanh().matmul(at(p, "v")));
            }),
        square("number of the example", KernelNetworks::counted),
        square("a row of the parameter for each example", KernelNetworks::rows),
        square("loop", KernelNetworks::loop),
        square("checkpoint", KernelNetworks::checkpoint),
        square(
            "rank one",
            (p, x) -> Tree.of(x.value().matmul(at(p, "q")).tanh().add(at(p, "p").sum()))),
        square(
            "a parameter without effect",
            (p, x) -> Tree.of(x.value().mul(at(p, "q")).add(at(p, "p").sum().mul(0)))),
        square("constant", (_, x) -> Tree.of(x.value())),
        square(
            "sizes zero and one",
            (p, x) -> {
              Value none = at(p, "p").slice(1, 0, 0);
              Value one = at(p, "q").slice(0, 1, 2);
              return Tree.of(x.value().slice(1, 1, 2).mul(one).add(x.value().matmul(none).sum()));
            }),
        image(),
        masked(),
        embedding());
  }

  private static Tree<Value> counted(Tree<Value> p, Tree<Value> x) {
    Value in = x.value();
    Value number = in.iota(DType.F64, in.shape(), 0);
    return Tree.of(in.matmul(at(p, "p")).mul(number.add(1)).div(in.dim(0)).mul(at(p, "q")));
  }

  private static Tree<Value> rows(Tree<Value> p, Tree<Value> x) {
    return Tree.of(x.value().mul(at(p, "p").exp()).add(at(p, "q").mul(at(p, "p"))));
  }

  private static Tree<Value> loop(Tree<Value> p, Tree<Value> x) {
    Value h = x.value().full(DType.F64, Shape.of(x.value().dim(0), 3), 0);
    Value steps = x.value().transpose();
    return Tree.of(
        Control.scan(
                h,
                steps,
                (carry, step) -> {
                  Value next =
                      carry.matmul(at(p, "p")).add(step.expandDims(1).mul(at(p, "q"))).tanh();
                  return Control.Step.of(next, next);
                })
            .carry()
            .getFirst());
  }

  private static Tree<Value> checkpoint(Tree<Value> p, Tree<Value> x) {
    Value h = Control.checkpoint(x.value(), v -> v.matmul(at(p, "p")).sin());
    return Tree.of(h.mul(at(p, "q")).matmul(at(p, "p")));
  }

  private static Case image() {
    return new Case(
        "image",
        (p, x) ->
            Tree.of(
                x.value().conv(at(p, "w")).padding(Padding.SAME).value().tanh().matmul(at(p, "v"))),
        params(shapes("w", dims(3, 2, 3), "v", dims(3, 2))),
        Tree.of(normal(1, 3, 4, 2)),
        Tree.of(normal(2, 2, 4, 2)));
  }

  /// Two inputs: the examples and the key of a random mask, different on the two sides.
  private static Case masked() {
    Network network =
        (p, x) -> {
          Value in = x.get("x").value();
          Value bits = Value.emit(new RandomBits(in.shape(), DType.I32), x.get("key").value());
          Value mask = bits.ge(0).cast(DType.F64);
          return MLP.apply(p, Tree.of(in.mul(mask)));
        };
    return new Case(
        "masked",
        network,
        mlpParams(),
        Tree.map("x", Tree.of(normal(1, 3, 4)), "key", key(11)),
        Tree.map("x", Tree.of(normal(2, 2, 4)), "key", key(12)));
  }

  private static Tree<Tensor> key(long seed) {
    return Tree.of(Tensor.of(new long[] {seed}, 1).reshape(Shape.SCALAR));
  }

  private static Case embedding() {
    return new Case(
        "embedding",
        (p, x) -> Tree.of(at(p, "table").take(x.value()).mean(1).tanh().matmul(at(p, "v"))),
        params(shapes("table", dims(6, 3), "v", dims(3, 2))),
        Tree.of(Tensor.of(new long[] {0, 1, 5, 5, 2, 3}, 3, 2)),
        Tree.of(Tensor.of(new long[] {1, 1, 5, 0}, 2, 2)));
  }
}
