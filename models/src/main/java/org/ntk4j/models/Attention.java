package org.ntk4j.models;

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
import org.ntk4j.ir.trace.Value;

/// Multi-head self-attention over all positions of `[example, spatial.., channel]`:
///
/// `G[n,h,s,t] = softmax_t(scale · Σ_d q[n,s,h,d] k[n,t,h,d])`, `y[n,s,o] = Σ_{t,h,d} G[n,h,s,t]
/// v[n,t,h,d] out[h,d,o] + b[o]`, where `q`, `k`, `v` are `x` times `query`, `key` `[channel,
/// heads, keyFeatures]` and `value` `[channel, heads, valueFeatures]`, all scaled as `weights`
/// says.
///
/// The extra input `mask` (boolean, `[example, position]`, optional) tells which positions may be
/// looked at. In causal attention a position looks at itself and earlier ones only.
///
/// @param features number of output channels
/// @param keyFeatures `d` of queries and keys, per head
/// @param valueFeatures `d` of values, per head
/// @param heads number of heads
/// @param causal whether later positions are hidden
/// @param linearScaling `scale = 1 / keyFeatures` in place of `1 / √keyFeatures`
/// @param weights of the four products; biases after the last one only
public record Attention(
    long features,
    long keyFeatures,
    long valueFeatures,
    long heads,
    boolean causal,
    boolean linearScaling,
    Weights weights)
    implements Layer {
  /// The name of the extra input that masks positions.
  public static final String MASK = "mask";

  private static final double HIDDEN = -1e30;

  public Attention {
    Inputs.positive("attention", "the number of features", features);
    Inputs.positive("attention", "the number of key features", keyFeatures);
    Inputs.positive("attention", "the number of value features", valueFeatures);
    Inputs.positive("attention", "the number of heads", heads);
  }

  /// With later positions hidden or not.
  public Attention causal(boolean hidden) {
    return new Attention(
        features, keyFeatures, valueFeatures, heads, hidden, linearScaling, weights);
  }

  /// With these weights.
  public Attention weights(Weights initial) {
    return new Attention(
        features, keyFeatures, valueFeatures, heads, causal, linearScaling, initial);
  }

  @Override
  public Initialized init(RandomKey key, Tree<Aval> input) {
    Aval x = input.value();
    Inputs.floating("attention", x, 3);
    long in = Inputs.channels(x);
    List<RandomKey> keys = key.split(5);
    DType dtype = x.dtype();
    SequencedMap<String, Tree<Tensor>> params = new LinkedHashMap<>();
    Shape narrow = Shape.of(in, heads, keyFeatures);
    Shape wide = Shape.of(in, heads, valueFeatures);
    Shape out = Shape.of(heads, valueFeatures, features);
    params.put("query", Tree.of(weights.initialKernel(keys.get(0), dtype, narrow, in)));
    params.put("key", Tree.of(weights.initialKernel(keys.get(1), dtype, narrow, in)));
    params.put("value", Tree.of(weights.initialKernel(keys.get(2), dtype, wide, in)));
    params.put(
        "out", Tree.of(weights.initialKernel(keys.get(3), dtype, out, heads * valueFeatures)));
    if (weights.hasBias()) {
      params.put("b", Tree.of(weights.initialBias(keys.get(4), dtype, Shape.of(features))));
    }
    Tree<Tensor> all = Tree.map(params);
    return new Initialized(all, Layer.outputs(this, all, input));
  }

  /// How many positions an example has; not left to the reshape, which cannot tell without
  /// examples.
  private static long positions(Shape input) {
    return input.subShape(1, input.rank() - 1).size();
  }

  @Override
  public Tree<Value> apply(Tree<Value> params, Tree<Value> input, Context context) {
    Value whole = input.value();
    Value x = whole.reshape(whole.dim(0), positions(whole.shape()), whole.dim(-1));
    Value q = project(x, params.get("query").value());
    Value k = project(x, params.get("key").value());
    Value v = project(x, params.get("value").value());
    double scale = linearScaling ? 1.0 / keyFeatures : 1 / Math.sqrt(keyFeatures);
    Value logits = Functions.einsum("nshd,nthd->nhst", q, k).mul(scale);
    Value weighed = Functions.softmax(hide(logits, context), -1);
    Value mixed = Functions.einsum("nhst,nthd->nshd", weighed, v);
    Value out = Functions.einsum("nshd,hdo->nso", mixed, params.get("out").value());
    Value y = weights.scaleKernel(out, heads * valueFeatures);
    Value biased = weights.hasBias() ? weights.addBias(y, params.get("b").value()) : y;
    return Tree.of(biased.reshape(whole.shape().with(whole.rank() - 1, features)));
  }

  private Value project(Value x, Value w) {
    return weights.scaleKernel(Functions.einsum("nti,ihd->nthd", x, w), x.dim(-1));
  }

  private Value hide(Value logits, Context context) {
    Value visible = logits;
    if (context.extra(MASK).isPresent()) {
      Value mask = context.require("attention", MASK);
      if (mask.dtype() != DType.BOOL
          || !mask.shape().equals(Shape.of(logits.dim(0), logits.dim(-1)))) {
        throw new IllegalArgumentException(
            "attention: the mask is %s, but needs to be bool[%d,%d]"
                .formatted(mask.aval(), logits.dim(0), logits.dim(-1)));
      }
      visible = mask.reshape(mask.dim(0), 1, 1, mask.dim(1)).where(visible, HIDDEN);
    }
    if (causal) {
      Shape square = Shape.of(logits.dim(-2), logits.dim(-1));
      Value past = logits.iota(DType.I32, square, 1).le(logits.iota(DType.I32, square, 0));
      visible = past.where(visible, HIDDEN);
    }
    return visible;
  }
}
