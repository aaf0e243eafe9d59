package org.ntk4j.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Value;

/// The recurrence `h_t = tanh(x_t wInput + h_{t-1} wHidden + b)`, `h_{-1} = 0`, scaled as `weights`
/// says.
final class Recurrent {
  private Recurrent() {}

  static Layer layer(long features, Weights weights, boolean everyStep) {
    Inputs.positive("recurrent", "the number of features", features);
    return Layer.of(
        (key, input) -> params(key, input, features, weights),
        (params, x, _) -> apply(params, x, features, weights, everyStep));
  }

  private static Tree<Tensor> params(RandomKey key, Aval input, long features, Weights weights) {
    Inputs.ranked("recurrent", input, 3);
    long in = Inputs.channels(input);
    List<RandomKey> keys = key.split(3);
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    Shape first = Shape.of(in, features);
    Shape next = Shape.of(features, features);
    params.put("wInput", Tree.of(weights.initialKernel(keys.get(0), input.dtype(), first, in)));
    params.put(
        "wHidden", Tree.of(weights.initialKernel(keys.get(1), input.dtype(), next, features)));
    if (weights.hasBias()) {
      params.put("b", Tree.of(weights.initialBias(keys.get(2), input.dtype(), Shape.of(features))));
    }
    return Tree.map(params);
  }

  private static Value apply(
      Tree<Value> params, Value x, long features, Weights weights, boolean everyStep) {
    // The input's share of all steps is one product, outside of the loop.
    Value driven =
        weights.scaleKernel(x.moveAxis(1, 0).matmul(params.get("wInput").value()), x.dim(-1));
    Value input = weights.hasBias() ? weights.addBias(driven, params.get("b").value()) : driven;
    Value wHidden = params.get("wHidden").value();
    Value start = x.full(x.dtype(), Shape.of(x.dim(0), features), 0);
    Control.Step end =
        Control.scan(
            List.of(start),
            List.of(input),
            (carry, in) -> {
              Value h = carry.getFirst();
              Value recurrent = weights.scaleKernel(h.matmul(wHidden), features);
              Value next = in.getFirst().add(recurrent).tanh();
              return new Control.Step(List.of(next), everyStep ? List.of(next) : List.of());
            });
    return everyStep ? end.outputs().getFirst().moveAxis(0, 1) : end.carry().getFirst();
  }
}
