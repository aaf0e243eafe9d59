package org.ntk4j.ir.trace;

import java.util.Arrays;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Concatenate;

/// Functions of values: joining, sums of products, and what networks are made of.
///
/// They are written so that large arguments overflow neither in the function nor in its
/// derivatives.
public final class Functions {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private Functions() {}

  /// The sum of products that `spec` describes, e.g. `nti,io->nto`: labels of the axes of every
  /// operand, then those of the result; labels that the result lacks are summed.
  ///
  /// A label that repeats within an operand takes its diagonal; `...` stands for leading axes that
  /// broadcast; without `->` the result has the labels that occur once, in alphabetic order.
  /// Operands are contracted from left to right.
  public static Value einsum(String spec, Value... operands) {
    List<Value> values = List.of(operands);
    EinsumSpec parsed = EinsumSpec.parse(spec, values);
    return Einsum.of("einsum", values, parsed.operands(), parsed.out(), label -> label < 0);
  }

  /// The operands one after the other along `axis`.
  public static Value concatenate(int axis, Value... operands) {
    return concatenate(axis, List.of(operands));
  }

  /// The operands one after the other along `axis`.
  public static Value concatenate(int axis, List<Value> operands) {
    if (operands.isEmpty()) {
      throw new IllegalArgumentException("concatenate: at least one operand is needed");
    }
    int counted = Axes.of("concatenate", axis, operands.getFirst().rank());
    return Value.emitAll(new Concatenate(counted), operands).getFirst();
  }

  /// The operands, of equal shapes, side by side along a new axis at position `axis` of the result.
  public static Value stack(int axis, Value... operands) {
    return stack(axis, List.of(operands));
  }

  /// The operands, of equal shapes, side by side along a new axis at position `axis` of the result.
  public static Value stack(int axis, List<Value> operands) {
    return concatenate(axis, operands.stream().map(v -> v.expandDims(axis)).toList());
  }

  /// `mask ? x : y`.
  public static Value where(Value mask, Value x, Value y) {
    return mask.where(x, y);
  }

  /// The maximum over `axes`, kept, where it is finite, else 0; no derivative.
  private static Value shift(Value x, int... axes) {
    Value max = x.stopGradient().maxKeepDims(axes);
    return max.isFinite().where(max, 0);
  }

  /// `log Σ e^x` over `axes` (all if none is named), which disappear.
  public static Value logSumExp(Value x, int... axes) {
    Value kept = logSumExpKeepDims(x, axes);
    return kept.reshape(x.shape().removeAll(Axes.orAll("logSumExp", axes, x.rank())));
  }

  /// `log Σ e^x` over `axes`, kept with size 1.
  public static Value logSumExpKeepDims(Value x, int... axes) {
    Value shift = shift(x, axes);
    return x.sub(shift).exp().sumKeepDims(axes).log().add(shift);
  }

  /// `e^x / Σ e^x` along `axes`.
  public static Value softmax(Value x, int... axes) {
    Value e = x.sub(shift(x, axes)).exp();
    return e.div(e.sumKeepDims(axes));
  }

  /// `x - log Σ e^x` along `axes`.
  public static Value logSoftmax(Value x, int... axes) {
    Value shifted = x.sub(shift(x, axes));
    return shifted.sub(shifted.exp().sumKeepDims(axes).log());
  }

  /// `(x - mean) / √(variance + epsilon)` over `axes`.
  public static Value standardize(Value x, double epsilon, int... axes) {
    Value centred = x.sub(x.meanKeepDims(axes));
    Value variance = centred.square().meanKeepDims(axes);
    return centred.mul(variance.add(epsilon).rsqrt());
  }

  /// `standardize(x) * scale + offset` over `axes`; `scale` and `offset` broadcast.
  public static Value layerNorm(Value x, Value scale, Value offset, double epsilon, int... axes) {
    return standardize(x, epsilon, axes).mul(scale).add(offset);
  }

  /// `max(x, 0)` with derivative 0 at 0; NaN stays.
  public static Value relu(Value x) {
    return x.le(0).where(0, x);
  }

  /// `min(max(x, 0), 6)`.
  public static Value relu6(Value x) {
    return x.ge(6).where(6, relu(x));
  }

  /// `x > 0 ? x : slope * x`.
  public static Value leakyRelu(Value x, double slope) {
    return x.le(0).where(x.mul(slope), x);
  }

  /// `x > 0 ? x : alpha (e^x - 1)`.
  public static Value elu(Value x, double alpha) {
    Value negative = x.le(0);
    return negative.where(negative.where(x, 0).expm1().mul(alpha), x);
  }

  /// The self-normalizing `elu`: `1.0507 elu(x, 1.6733)`.
  public static Value selu(Value x) {
    return elu(x, SELU_ALPHA).mul(SELU_SCALE);
  }

  /// `x Φ(x)` with `Φ` the normal distribution function.
  public static Value gelu(Value x) {
    return x.mul(x.mul(-SQRT_HALF).erfc().mul(0.5));
  }

  /// `x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`: the usual approximation of [#gelu].
  public static Value geluTanh(Value x) {
    // Beyond 10 the tanh is 1 to the last bit, and the cube must not overflow.
    Value t = x.clip(-10, 10);
    Value inner = t.add(t.pow(3).mul(0.044715)).mul(SQRT_TWO_OVER_PI);
    return x.mul(inner.tanh().add(1).mul(0.5));
  }

  /// `x / (1 + e^-x)`, also called swish.
  public static Value silu(Value x) {
    return x.mul(x.logistic());
  }

  /// `log(1 + e^x)`.
  public static Value softplus(Value x) {
    return x.softplus();
  }

  /// `log(1 / (1 + e^-x))`.
  public static Value logLogistic(Value x) {
    return x.neg().softplus().neg();
  }

  /// `relu6(x + 3) / 6`.
  public static Value hardSigmoid(Value x) {
    return relu6(x.add(3)).mul(1.0 / 6);
  }

  /// `x relu6(x + 3) / 6`.
  public static Value hardSwish(Value x) {
    return x.mul(hardSigmoid(x));
  }

  /// `x tanh(log(1 + e^x))`.
  public static Value mish(Value x) {
    return x.mul(x.softplus().tanh());
  }

  /// `y[i.., c] = (ids[i..] == c)` as 1 or 0, for `c < classes`; all 0 for an id out of range.
  public static Value oneHot(Value ids, long classes, DType dtype) {
    if (!ids.dtype().isInteger()) {
      throw new IllegalArgumentException("oneHot: the ids have dtype " + ids.dtype());
    }
    Shape shape = ids.shape().concat(Shape.of(classes));
    Value labels = ids.iota(ids.dtype(), shape, ids.rank());
    return ids.expandDims(-1).eq(labels).cast(dtype);
  }

  /// The Euclidean norm over `axes` (all if none is named), with derivative 0 at 0.
  public static Value norm(Value x, int... axes) {
    Value largest = x.abs().stopGradient().maxKeepDims(axes);
    Value scale = largest.gt(0).and(largest.isFinite()).where(largest, 1);
    Value squares = x.div(scale).square().sum(axes);
    Value zero = squares.eq(0);
    Value root = zero.where(0, zero.where(1, squares).sqrt());
    return root.mul(scale.reshape(root.shape()));
  }

  /// The mean of `-Σ_c target log softmax(logits)` along the last axis.
  public static Value crossEntropy(Value logits, Value target) {
    return logSoftmax(logits, -1).mul(target).sum(-1).mean().neg();
  }

  /// The sum of values of equal shapes.
  public static Value sum(Value... terms) {
    return Arrays.stream(terms)
        .reduce(Value::add)
        .orElseThrow(() -> new IllegalArgumentException("sum: at least one value is needed"));
  }
}
