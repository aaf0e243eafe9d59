package org.ntk4j.models;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Sample;
import org.ntk4j.ir.trace.Value;

/// Normalization and dropout.
public final class Normalization {
  private Normalization() {}

  /// Mean and variance of every channel.
  public record Moments(Value mean, Value variance) {}

  /// Mean and variance of every channel over all other axes: what batch normalization uses in
  /// training, and what running statistics average.
  public static Moments moments(Value x) {
    int[] axes = IntStream.range(0, x.rank() - 1).toArray();
    return new Moments(x.mean(axes), x.variance(axes));
  }

  static Layer layerNorm(double epsilon, boolean trainable, int... axes) {
    if (axes.length == 0) {
      throw new IllegalArgumentException("layerNorm: at least one axis is needed");
    }
    int[] normalized = axes.clone();
    return Layer.of(
        (_, input) -> layerNormParams(input, trainable, normalized),
        (params, x, _) -> {
          Value y = Functions.standardize(x, epsilon, normalized);
          if (!trainable) {
            return y;
          }
          Shape shape = parameterShape(x.aval(), normalized);
          return y.mul(params.get("scale").value().reshape(shape))
              .add(params.get("offset").value().reshape(shape));
        });
  }

  private static Tree<Tensor> layerNormParams(Aval input, boolean trainable, int[] axes) {
    Inputs.floating("layerNorm", input, 2);
    for (int axis : axes) {
      if (axis == 0 || axis < 1 - input.rank() || axis >= input.rank()) {
        throw new IllegalArgumentException(
            "layerNorm: axis %d of %s; the axes lie between the example axis and the last one"
                .formatted(axis, input));
      }
    }
    return trainable
        ? Params.scaleAndOffset(input.dtype(), parameterShape(input, axes))
        : Params.none();
  }

  /// The shape of `input` with size 1 on all other axes.
  private static Shape parameterShape(Aval input, int[] axes) {
    long[] dims = new long[input.rank()];
    Arrays.fill(dims, 1);
    for (int axis : axes) {
      int counted = axis < 0 ? axis + input.rank() : axis;
      dims[counted] = input.dim(counted);
    }
    return Shape.of(dims);
  }

  static Layer batchNorm(String name, double epsilon) {
    return Layer.of(
        (_, input) -> {
          Inputs.floating("batchNorm", input, 2);
          return Params.scaleAndOffset(input.dtype(), Shape.of(Inputs.channels(input)));
        },
        (params, x, context) -> {
          Moments moments =
              context.train()
                  ? moments(x)
                  : new Moments(
                      context.require("batchNorm", name + ".mean"),
                      context.require("batchNorm", name + ".variance"));
          Value scale = moments.variance().add(epsilon).rsqrt().mul(params.get("scale").value());
          return x.sub(moments.mean()).mul(scale).add(params.get("offset").value());
        });
  }

  static Layer dropout(double keep) {
    if (!(keep > 0 && keep <= 1)) {
      throw new IllegalArgumentException(
          "dropout: the probability to keep is " + keep + "; it must lie in (0, 1]");
    }
    return Layer.of(
        Normalization::noParams,
        (_, x, context) -> {
          if (!context.train() || keep == 1) {
            return x;
          }
          Value kept = Sample.bernoulli(context.requireKey("dropout"), keep, x.shape());
          return kept.where(x.mul(1 / keep), 0);
        });
  }

  private static Tree<Tensor> noParams(RandomKey key, Aval input) {
    Inputs.floating("dropout", input, 1);
    return Params.none();
  }
}
