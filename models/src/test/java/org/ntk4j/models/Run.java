package org.ntk4j.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.function.Executable;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Applies layers to tensors.
final class Run {
  static final RandomKey KEY = RandomKey.of(11);

  private Run() {}

  static Tree<Aval> avals(Tree<Tensor> tensors) {
    return tensors.map(t -> new Aval(t.dtype(), t.shape()));
  }

  static Tree<Tensor> init(Layer layer, Tensor x) {
    return layer.init(KEY, new Aval(x.dtype(), x.shape())).params();
  }

  /// In evaluation mode.
  static Tensor evaluate(Layer layer, Tree<Tensor> params, Tensor x) {
    return apply(layer, params, x, Optional.empty(), Map.of());
  }

  /// In evaluation mode, for layers without parameters or with first ones.
  static Tensor evaluate(Layer layer, Tensor x) {
    return evaluate(layer, init(layer, x), x);
  }

  static Tensor train(Layer layer, Tree<Tensor> params, Tensor x, long key) {
    return apply(layer, params, x, Optional.of(key), Map.of());
  }

  /// In training mode if there is a key.
  static Tensor apply(
      Layer layer, Tree<Tensor> params, Tensor x, Optional<Long> key, Map<String, Tensor> extras) {
    Map<String, Tensor> sorted = new TreeMap<>(extras);
    Tree<Tensor> inputs =
        Tree.list(
            List.of(
                params,
                Tree.of(x),
                Tree.of(Tensor.of(new long[] {key.orElse(0L)})),
                Tree.leaves(List.copyOf(sorted.values()))));
    Trace.TreeProgram p =
        Trace.program(
            avals(inputs),
            in -> {
              Context context =
                  key.isPresent() ? Context.training(in.get(2).value()) : Context.evaluation();
              List<Value> values = in.get(3).leaves();
              List<String> names = new ArrayList<>(sorted.keySet());
              for (int i = 0; i < names.size(); i++) {
                context = context.with(names.get(i), values.get(i));
              }
              return layer.apply(in.get(0), in.get(1), context);
            });
    return Evaluator.run(p.program(), inputs.leaves()).getFirst();
  }

  static Tensor random(long seed, long... dims) {
    return RandomKey.of(seed).normal(DType.F64, Shape.of(dims));
  }

  static Tensor vector(double... values) {
    return Tensor.of(values, 1, values.length);
  }

  static double meanSquare(Tensor x) {
    return Arrays.stream(x.toDoubles()).map(v -> v * v).average().orElseThrow();
  }

  static void assertTensor(Tensor actual, Shape shape, double... expected) {
    assertEquals(shape, actual.shape());
    assertArrayEquals(
        expected, actual.toDoubles(), 1e-10, () -> Arrays.toString(actual.toDoubles()));
  }

  /// That the layer announces the shape it returns, also for another number of examples.
  static void assertShape(Layer layer, Tensor x, long... dims) {
    Layer.Initialized first = layer.init(KEY, new Aval(x.dtype(), x.shape()));
    assertEquals(Shape.of(dims), first.output().value().shape());
    assertEquals(Shape.of(dims), evaluate(layer, first.params(), x).shape());
  }

  static void assertMessage(String expected, Executable fn) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, fn).getMessage());
  }
}
