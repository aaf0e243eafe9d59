package org.ntk4j.models;

import java.util.function.BiFunction;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// A part of a network: a pure function `apply(params, x)` and a way to draw first parameters.
///
/// Inputs have the example axis first and the channel axis last. [Stax] makes layers.
public interface Layer {

  /// First parameters, and what the layer returns for the stated input.
  record Initialized(Tree<Tensor> params, Tree<Aval> output) {}

  /// First parameters for inputs of these avals; the size of the example axis is of no matter.
  ///
  /// @throws IllegalArgumentException if the layer does not take such inputs
  Initialized init(RandomKey key, Tree<Aval> input);

  /// The layer's result.
  Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context);

  /// First parameters for one input.
  default Initialized init(RandomKey key, Aval input) {
    return init(key, Tree.of(input));
  }

  /// `apply` in evaluation mode, as a function of parameters and data.
  default BiFunction<Tree<Value>, Tree<Value>, Tree<Value>> asFunction() {
    return (params, x) -> apply(params, x, Context.evaluation());
  }

  /// This layer and then `next`.
  default Layer then(Layer next) {
    return Stax.serial(this, next);
  }

  /// Draws the first parameters of a layer with one input.
  @FunctionalInterface
  interface Initializer {
    /// The parameters for an input of this aval.
    Tree<Tensor> params(RandomKey key, Aval input);
  }

  /// What a layer with one input and one output computes.
  @FunctionalInterface
  interface Body {
    /// The result for this input.
    Value apply(Tree<Value> params, Value x, Context context);
  }

  /// A layer of one input and one output.
  static Layer of(Initializer initializer, Body body) {
    return new Layer() {
      @Override
      public Initialized init(RandomKey key, Tree<Aval> input) {
        Tree<Tensor> params = initializer.params(key, input.value());
        return new Initialized(params, outputs(this, params, input));
      }

      @Override
      public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
        return Tree.of(body.apply(params, x.value(), context));
      }
    };
  }

  /// Avals of what `layer` returns in training, found by recording it.
  static Tree<Aval> outputs(Layer layer, Tree<Tensor> params, Tree<Aval> input) {
    Tree<Aval> all =
        Tree.list(
            params.map(t -> new Aval(t.dtype(), t.shape())), input, Tree.of(Aval.of(DType.I64)));
    return Trace.program(
            all, in -> layer.apply(in.get(0), in.get(1), Context.training(in.get(2).value())))
        .outputs();
  }
}
