package org.ntk4j.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Value;

/// Layers out of layers. Their parameters are the list of those of the parts.
final class Combinators {
  private Combinators() {}

  private static <T> List<Tree<T>> children(String layer, Tree<T> tree) {
    if (tree instanceof Tree.Seq<T>(List<Tree<T>> children)) {
      return children;
    }
    throw new IllegalArgumentException(layer + ": needs a list of inputs; see fanOut");
  }

  /// One after the other.
  record Serial(List<Layer> layers) implements Layer {
    Serial {
      layers = List.copyOf(layers);
    }

    @Override
    public Initialized init(RandomKey key, Tree<Aval> input) {
      List<RandomKey> keys = key.split(layers.size());
      List<Tree<Tensor>> params = new ArrayList<>();
      Tree<Aval> x = input;
      for (int i = 0; i < layers.size(); i++) {
        Initialized part = layers.get(i).init(keys.get(i), x);
        params.add(part.params());
        x = part.output();
      }
      return new Initialized(Tree.list(params), x);
    }

    @Override
    public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
      List<Context> contexts = context.split(layers.size());
      Tree<Value> y = x;
      for (int i = 0; i < layers.size(); i++) {
        y = layers.get(i).apply(params.get(i), y, contexts.get(i));
      }
      return y;
    }
  }

  /// Side by side: layer `i` on input `i`.
  record Parallel(List<Layer> layers) implements Layer {
    Parallel {
      layers = List.copyOf(layers);
    }

    private <T> List<Tree<T>> inputs(Tree<T> x) {
      List<Tree<T>> inputs = children("parallel", x);
      if (inputs.size() != layers.size()) {
        throw new IllegalArgumentException(
            "parallel: %d layers for %d inputs".formatted(layers.size(), inputs.size()));
      }
      return inputs;
    }

    @Override
    public Initialized init(RandomKey key, Tree<Aval> input) {
      List<Tree<Aval>> inputs = inputs(input);
      List<RandomKey> keys = key.split(layers.size());
      List<Tree<Tensor>> params = new ArrayList<>();
      List<Tree<Aval>> outputs = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        Initialized part = layers.get(i).init(keys.get(i), inputs.get(i));
        params.add(part.params());
        outputs.add(part.output());
      }
      return new Initialized(Tree.list(params), Tree.list(outputs));
    }

    @Override
    public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
      List<Tree<Value>> inputs = inputs(x);
      List<Context> contexts = context.split(layers.size());
      List<Tree<Value>> outputs = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        outputs.add(layers.get(i).apply(params.get(i), inputs.get(i), contexts.get(i)));
      }
      return Tree.list(outputs);
    }
  }

  /// The input, `count` times.
  record FanOut(int count) implements Layer {
    FanOut {
      Inputs.positive("fanOut", "the number of copies", count);
    }

    @Override
    public Initialized init(RandomKey key, Tree<Aval> input) {
      return new Initialized(Params.none(), Tree.list(Collections.nCopies(count, input)));
    }

    @Override
    public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
      return Tree.list(Collections.nCopies(count, x));
    }
  }

  /// A function of all inputs.
  record FanIn(String name, Function<List<Value>, Value> fn) implements Layer {
    @Override
    public Initialized init(RandomKey key, Tree<Aval> input) {
      return new Initialized(Params.none(), Layer.outputs(this, Params.none(), input));
    }

    @Override
    public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
      List<Value> inputs = children(name, x).stream().map(Tree::value).toList();
      if (inputs.isEmpty()) {
        throw new IllegalArgumentException(name + ": at least one input is needed");
      }
      return Tree.of(fn.apply(inputs));
    }
  }

  /// `fn` after a check that all inputs have one shape.
  static FanIn equalShapes(String name, Function<List<Value>, Value> fn) {
    return new FanIn(
        name,
        inputs -> {
          List<Aval> avals = inputs.stream().map(Value::aval).toList();
          if (avals.stream().distinct().count() > 1) {
            throw new IllegalArgumentException(name + ": the inputs differ: " + avals);
          }
          return fn.apply(inputs);
        });
  }
}
