package org.ntk4j.models;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Convolution;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;

/// A convolution of `[example, spatial.., channel]` in one to three spatial dimensions: `y[n, p..,
/// o] = Σ_{t.., i} x[n, stride · p + dilation · t - padding, i] w[t.., i, o] + b[o]`, scaled as
/// `weights` says with `fanIn = Π kernel · in / groups`.
///
/// Strides and dilations are 1, padding is `VALID` and groups are 1 unless a method changes them.
///
/// @param features number of output channels
/// @param kernel size of the window along each spatial axis
/// @param transposed whether this is the transposed convolution, where strides spread the input
public record ConvLayer(
    long features,
    List<Long> kernel,
    List<Long> strides,
    List<Long> dilations,
    Padding padding,
    long groups,
    boolean transposed,
    Weights weights)
    implements Layer {
  public ConvLayer {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    Inputs.positive("conv", "the number of features", features);
    Inputs.positive("conv", "the number of groups", groups);
    if (kernel.isEmpty() || kernel.size() > 3) {
      throw new IllegalArgumentException(
          "conv: the kernel " + kernel + " needs one to three spatial axes");
    }
    if (strides.size() != kernel.size() || dilations.size() != kernel.size()) {
      throw new IllegalArgumentException(
          "conv: the kernel %s, strides %s and dilations %s differ in the number of axes"
              .formatted(kernel, strides, dilations));
    }
    kernel.forEach(size -> Inputs.positive("conv", "a kernel size", size));
    strides.forEach(step -> Inputs.positive("conv", "a stride", step));
    dilations.forEach(step -> Inputs.positive("conv", "a dilation", step));
    if (features % groups != 0) {
      throw new IllegalArgumentException(
          "conv: %d features do not make %d equal groups".formatted(features, groups));
    }
  }

  static ConvLayer of(boolean transposed, long features, long... kernel) {
    List<Long> ones = Collections.nCopies(kernel.length, 1L);
    List<Long> sizes = list(kernel);
    return new ConvLayer(
        features, sizes, ones, ones, Padding.VALID, 1, transposed, Weights.DEFAULT);
  }

  private static List<Long> list(long[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  /// With these strides, one for each spatial axis.
  public ConvLayer strides(long... steps) {
    return new ConvLayer(
        features, kernel, list(steps), dilations, padding, groups, transposed, weights);
  }

  /// With these distances between the taps, one for each spatial axis.
  public ConvLayer dilations(long... steps) {
    return new ConvLayer(
        features, kernel, strides, list(steps), padding, groups, transposed, weights);
  }

  /// With this padding.
  public ConvLayer padding(Padding border) {
    return new ConvLayer(features, kernel, strides, dilations, border, groups, transposed, weights);
  }

  /// With this number of groups of channels that do not see each other.
  public ConvLayer groups(long count) {
    return new ConvLayer(features, kernel, strides, dilations, padding, count, transposed, weights);
  }

  /// With these weights.
  public ConvLayer weights(Weights initial) {
    return new ConvLayer(
        features, kernel, strides, dilations, padding, groups, transposed, initial);
  }

  private long fanIn(long channels) {
    return kernel.stream().reduce(channels / groups, Math::multiplyExact);
  }

  @Override
  public Initialized init(RandomKey key, Tree<Aval> input) {
    Aval x = input.value();
    Inputs.ranked("conv", x, kernel.size() + 2);
    long channels = Inputs.channels(x);
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "conv: the %d channels of %s do not make %d equal groups".formatted(channels, x, groups));
    }
    Shape shape = Shape.of(kernel).concat(Shape.of(channels / groups, features));
    Tree<Tensor> params =
        Params.affine(weights, key, x.dtype(), shape, fanIn(channels), Shape.of(features));
    return new Initialized(params, Layer.outputs(this, params, input));
  }

  @Override
  public Tree<Value> apply(Tree<Value> params, Tree<Value> x, Context context) {
    Value input = x.value();
    Convolution conv =
        input
            .conv(params.get("w").value())
            .strides(array(strides))
            .dilations(array(dilations))
            .padding(padding)
            .groups(groups);
    Value y = (transposed ? conv.transposed() : conv).value();
    Value scaled = weights.scaleKernel(y, fanIn(input.dim(-1)));
    return Tree.of(weights.hasBias() ? weights.addBias(scaled, params.get("b").value()) : scaled);
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
