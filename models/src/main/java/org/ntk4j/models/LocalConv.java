package org.ntk4j.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Padding;
import org.ntk4j.ir.trace.Value;

/// A convolution without weight sharing: `y[n, p.., o] = Σ_{t.., i} x[n, stride · p + t - padding,
/// i] w[p.., t.., i, o] + b[p.., o]`.
final class LocalConv {
  private final long features;
  private final List<Long> kernel;
  private final List<Long> strides;
  private final Padding padding;
  private final Weights weights;

  private LocalConv(
      long features, List<Long> kernel, List<Long> strides, Padding padding, Weights weights) {
    this.features = Inputs.positive("convLocal", "the number of features", features);
    this.kernel = kernel;
    this.strides = strides;
    this.padding = padding;
    this.weights = weights;
  }

  static Layer layer(
      long features, List<Long> kernel, List<Long> strides, Padding padding, Weights weights) {
    if (kernel.isEmpty() || strides.size() != kernel.size()) {
      throw new IllegalArgumentException(
          "convLocal: the kernel %s and the strides %s need an entry for each spatial axis"
              .formatted(kernel, strides));
    }
    kernel.forEach(size -> Inputs.positive("convLocal", "a kernel size", size));
    strides.forEach(step -> Inputs.positive("convLocal", "a stride", step));
    LocalConv local =
        new LocalConv(features, List.copyOf(kernel), List.copyOf(strides), padding, weights);
    return Layer.of(local::params, (params, x, _) -> local.apply(params, x));
  }

  private Padding.Explicit amounts(Aval x) {
    return padding.amounts(x.shape().dims().subList(1, x.rank() - 1), kernel, strides);
  }

  private List<Long> positions(Aval x) {
    Padding.Explicit amounts = amounts(x);
    List<Long> positions = new ArrayList<>();
    for (int k = 0; k < kernel.size(); k++) {
      long size = x.dim(k + 1) + amounts.lo().get(k) + amounts.hi().get(k);
      if (size < kernel.get(k)) {
        throw new IllegalArgumentException(
            "convLocal: the kernel %s does not fit into %s".formatted(kernel, x));
      }
      positions.add((size - kernel.get(k)) / strides.get(k) + 1);
    }
    return positions;
  }

  private Tree<Tensor> params(RandomKey key, Aval x) {
    Inputs.ranked("convLocal", x, kernel.size() + 2);
    long channels = Inputs.channels(x);
    Shape positions = Shape.of(positions(x));
    Shape shape = positions.concat(Shape.of(kernel)).concat(Shape.of(channels, features));
    long fanIn = kernel.stream().reduce(channels, Math::multiplyExact);
    Shape bias = positions.concat(Shape.of(features));
    return Params.affine(weights, key, x.dtype(), shape, fanIn, bias);
  }

  private Value apply(Tree<Value> params, Value x) {
    List<Long> positions = positions(x.aval());
    long places = positions.stream().reduce(1L, Math::multiplyExact);
    long fanIn = kernel.stream().reduce(x.dim(-1), Math::multiplyExact);
    Value patches = patches(padded(x), positions).reshape(x.dim(0), places, fanIn);
    Value w = params.get("w").value().reshape(places, fanIn, features);
    Shape shape = Shape.of(x.dim(0)).concat(Shape.of(positions)).concat(Shape.of(features));
    Value y = Functions.einsum("npk,pko->npo", patches, w).reshape(shape);
    Value scaled = weights.scaleKernel(y, fanIn);
    return weights.hasBias() ? weights.addBias(scaled, params.get("b").value()) : scaled;
  }

  private Value padded(Value x) {
    Padding.Explicit amounts = amounts(x.aval());
    if (padding instanceof Padding.Circular) {
      return Padding.wrap(x, 1, amounts);
    }
    List<Long> lo = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    List<Long> hi = new ArrayList<>(lo);
    for (int k = 0; k < kernel.size(); k++) {
      lo.set(k + 1, amounts.lo().get(k));
      hi.set(k + 1, amounts.hi().get(k));
    }
    boolean none = lo.stream().allMatch(n -> n == 0) && hi.stream().allMatch(n -> n == 0);
    return none ? x : x.pad(lo, hi, 0);
  }

  /// `[n, p.., tap, channel]`, taps in row-major order of the kernel.
  private Value patches(Value x, List<Long> positions) {
    long taps = kernel.stream().reduce(1L, Math::multiplyExact);
    List<Value> slices = new ArrayList<>();
    for (long tap = 0; tap < taps; tap++) {
      long[] offset = new long[kernel.size()];
      long rest = tap;
      for (int k = kernel.size() - 1; k >= 0; k--) {
        offset[k] = rest % kernel.get(k);
        rest /= kernel.get(k);
      }
      slices.add(window(x, positions, Arrays.stream(offset).boxed().toList()));
    }
    return Functions.stack(-2, slices);
  }

  private Value window(Value x, List<Long> positions, List<Long> offset) {
    Value part = x;
    for (int k = 0; k < kernel.size(); k++) {
      long from = offset.get(k);
      long step = strides.get(k);
      part = part.slice(k + 1, from, from + (positions.get(k) - 1) * step + 1, step);
    }
    return part;
  }
}
