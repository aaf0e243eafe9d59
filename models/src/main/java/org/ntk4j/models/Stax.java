package org.ntk4j.models;

import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Pooling;
import org.ntk4j.ir.trace.Value;

/// Layers and ways to combine them, with the names and conventions of the field: the example axis
/// first, the channel axis last, [Weights#DEFAULT] where none are stated.
///
/// {@snippet :
/// Layer network =
///     Stax.serial(
///         Stax.conv(32, 3, 3).padding(Padding.SAME), Stax.relu(), Stax.flatten(), Stax.dense(10));
/// }
public final class Stax {
  private static final double LAYER_NORM_EPSILON = 1e-12;
  private static final double BATCH_NORM_EPSILON = 1e-5;

  private Stax() {}

  /// `y[n, .., o] = 1/√in Σ_i x[n, .., i] w[i, o]`.
  public static Layer dense(long features) {
    return dense(features, Weights.DEFAULT);
  }

  /// `y[n, .., o] = Σ_i x[n, .., i] w[i, o] + b[o]`, scaled as `weights` says with `fanIn = in`.
  public static Layer dense(long features, Weights weights) {
    return Dense.dense(features, weights);
  }

  /// A convolution with this window, one size for each of one to three spatial axes.
  public static ConvLayer conv(long features, long... kernel) {
    return ConvLayer.of(false, features, kernel);
  }

  /// A transposed convolution with this window.
  public static ConvLayer convTranspose(long features, long... kernel) {
    return ConvLayer.of(true, features, kernel);
  }

  /// A convolution with weights `[position.., tap.., in, out]` and biases `[position.., out]` of
  /// its own at every position.
  public static Layer convLocal(
      long features, List<Long> kernel, List<Long> strides, Padding padding, Weights weights) {
    return LocalConv.layer(features, kernel, strides, padding, weights);
  }

  /// `y[n.., o] = table[ids[n..], o]` for integer inputs; an id out of range gives 0.
  public static Layer embedding(long vocabulary, long features) {
    return embedding(vocabulary, features, Weights.DEFAULT, DType.F32);
  }

  /// `y[n.., o] = table[ids[n..], o]` for integer inputs, scaled as `weights` says with `fanIn =
  /// 1`.
  public static Layer embedding(long vocabulary, long features, Weights weights, DType dtype) {
    return Dense.embedding(vocabulary, features, weights, dtype);
  }

  /// `h_t = tanh(x_t wInput + h_{t-1} wHidden + b)` along axis 1 of `[n, t, i]`, `h_{-1} = 0`:
  /// every `h_t` as `[n, t, h]`, or the last one as `[n, h]`.
  public static Layer recurrent(long features, Weights weights, boolean everyStep) {
    return Recurrent.layer(features, weights, everyStep);
  }

  /// Multi-head self-attention with `features / heads` key and value features per head.
  public static Attention selfAttention(long features, long heads) {
    if (heads < 1 || features % heads != 0) {
      throw new IllegalArgumentException(
          "attention: %d features do not make %d equal heads".formatted(features, heads));
    }
    long width = features / heads;
    return new Attention(features, width, width, heads, false, false, Weights.DEFAULT);
  }

  /// Means over windows; `strides` empty: 1.
  public static Layer avgPool(List<Long> window, List<Long> strides, Padding padding) {
    return pool("avgPool", window, strides, padding, Pooling::mean);
  }

  /// Sums over windows; `strides` empty: 1.
  public static Layer sumPool(List<Long> window, List<Long> strides, Padding padding) {
    return pool("sumPool", window, strides, padding, Pooling::sum);
  }

  /// Largest elements of windows; `strides` empty: 1.
  public static Layer maxPool(List<Long> window, List<Long> strides, Padding padding) {
    return pool("maxPool", window, strides, padding, Pooling::max);
  }

  private static Layer pool(
      String name,
      List<Long> window,
      List<Long> strides,
      Padding padding,
      Function<Pooling, Value> end) {
    long[] sizes = window.stream().mapToLong(Long::longValue).toArray();
    List<Long> stated = strides.isEmpty() ? Collections.nCopies(sizes.length, 1L) : strides;
    long[] steps = stated.stream().mapToLong(Long::longValue).toArray();
    return Layer.of(
        (_, input) -> {
          Inputs.ranked(name, input, sizes.length + 2);
          return Params.none();
        },
        (_, x, _) -> end.apply(x.pool(sizes).strides(steps).padding(padding)));
  }

  /// Mean over all spatial axes: `[n, spatial.., c]` to `[n, c]`.
  public static Layer globalAvgPool() {
    return spatial("globalAvgPool", Value::mean);
  }

  /// Sum over all spatial axes: `[n, spatial.., c]` to `[n, c]`.
  public static Layer globalSumPool() {
    return spatial("globalSumPool", Value::sum);
  }

  private static Layer spatial(String name, BiFunction<Value, int[], Value> reduction) {
    return Layer.of(
        (_, input) -> {
          Inputs.floating(name, input, 3);
          return Params.none();
        },
        (_, x, _) -> reduction.apply(x, IntStream.range(1, x.rank() - 1).toArray()));
  }

  /// All axes but the first on one axis.
  public static Layer flatten() {
    return elementwise(x -> x.flattenFrom(1));
  }

  /// A function without parameters of one input.
  public static Layer elementwise(UnaryOperator<Value> fn) {
    return Layer.of((_, _) -> Params.none(), (_, x, _) -> fn.apply(x));
  }

  /// `max(x, 0)`.
  public static Layer relu() {
    return elementwise(Functions::relu);
  }

  /// `x > 0 ? x : slope · x`.
  public static Layer leakyRelu(double slope) {
    return elementwise(x -> Functions.leakyRelu(x, slope));
  }

  /// `a · erf(b x) + c`; `erf(x)` for `1, 1, 0`.
  public static Layer erf(double a, double b, double c) {
    return elementwise(x -> x.mul(b).erf().mul(a).add(c));
  }

  /// `erf(x)`.
  public static Layer erf() {
    return elementwise(Value::erf);
  }

  /// `x Φ(x)`.
  public static Layer gelu() {
    return elementwise(Functions::gelu);
  }

  /// `1 / (1 + e^-x)`.
  public static Layer sigmoid() {
    return elementwise(Value::logistic);
  }

  /// `tanh(x)`.
  public static Layer tanh() {
    return elementwise(Value::tanh);
  }

  /// `a · sin(b x + c)`; `sin(x)` for `1, 1, 0`.
  public static Layer sin(double a, double b, double c) {
    return elementwise(x -> x.mul(b).add(c).sin().mul(a));
  }

  /// `sin(x)`.
  public static Layer sin() {
    return elementwise(Value::sin);
  }

  /// `a · cos(b x + c)`.
  public static Layer cos(double a, double b, double c) {
    return elementwise(x -> x.mul(b).add(c).cos().mul(a));
  }

  /// `cos(x)`.
  public static Layer cos() {
    return elementwise(Value::cos);
  }

  /// `a · e^(b x)`.
  public static Layer exp(double a, double b) {
    return elementwise(x -> x.mul(b).exp().mul(a));
  }

  /// `e^x`.
  public static Layer exp() {
    return elementwise(Value::exp);
  }

  /// `√2 sin(√(2 gamma) x + π/4)`: after a wide dense layer with standard normal weights its kernel
  /// is the Gaussian one, `e^(-gamma |x - x'|²)`.
  public static Layer rbf(double gamma) {
    if (!(gamma > 0)) {
      throw new IllegalArgumentException("rbf: gamma is " + gamma + "; it must be positive");
    }
    return sin(Math.sqrt(2), Math.sqrt(2 * gamma), Math.PI / 4);
  }

  /// `x`.
  public static Layer identity() {
    return new Combinators.Serial(List.of());
  }

  /// `|x|`.
  public static Layer abs() {
    return elementwise(Value::abs);
  }

  /// `log(1 + e^x)`.
  public static Layer softplus() {
    return elementwise(Value::softplus);
  }

  /// `(x - mean) / √(variance + 1e-12)` over the channel axis, without parameters.
  public static Layer layerNorm() {
    return layerNorm(LAYER_NORM_EPSILON, false, -1);
  }

  /// `(x - mean) / √(variance + epsilon)` over `axes`, times `scale` plus `offset` if `trainable`.
  public static Layer layerNorm(double epsilon, boolean trainable, int... axes) {
    return Normalization.layerNorm(epsilon, trainable, axes);
  }

  /// `(x - mean) / √(variance + 1e-5) · scale + offset` for every channel.
  ///
  /// In training mean and variance are those of the batch; in evaluation they are the extra inputs
  /// `<name>.mean` and `<name>.variance` `[channel]` (see [Normalization#moments]).
  public static Layer batchNorm(String name) {
    return Normalization.batchNorm(name, BATCH_NORM_EPSILON);
  }

  /// In training every element is kept with probability `keep` and divided by it, else 0; the
  /// identity in evaluation.
  public static Layer dropout(double keep) {
    return Normalization.dropout(keep);
  }

  /// One layer after the other.
  public static Layer serial(Layer... layers) {
    return new Combinators.Serial(List.of(layers));
  }

  /// Layer `i` on input `i` of a list.
  public static Layer parallel(Layer... layers) {
    return new Combinators.Parallel(List.of(layers));
  }

  /// `count` layers as `layer`, with parameters of their own, one after the other.
  public static Layer repeat(Layer layer, int count) {
    return new Combinators.Serial(Collections.nCopies(count, layer));
  }

  /// The input `count` times, as a list.
  public static Layer fanOut(int count) {
    return new Combinators.FanOut(count);
  }

  /// The sum of the inputs, which have one shape.
  public static Layer fanInSum() {
    return Combinators.equalShapes(
        "fanInSum", inputs -> Functions.sum(inputs.toArray(Value[]::new)));
  }

  /// The product of the inputs, which have one shape.
  public static Layer fanInProd() {
    return Combinators.equalShapes(
        "fanInProd", inputs -> inputs.stream().reduce(Value::mul).orElseThrow());
  }

  /// The inputs one after the other along `axis`.
  public static Layer fanInConcat(int axis) {
    return new Combinators.FanIn("fanInConcat", inputs -> Functions.concatenate(axis, inputs));
  }

  /// `x + layer(x)`.
  public static Layer residual(Layer layer) {
    return serial(fanOut(2), parallel(layer, identity()), fanInSum());
  }
}
