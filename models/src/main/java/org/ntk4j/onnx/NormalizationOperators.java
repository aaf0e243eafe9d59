package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Normalizations.
final class NormalizationOperators {
  private static final double EPSILON = 1e-5f;
  private static final double TINY = 1e-9;

  static final List<Operator> LIST =
      List.of(
          Operator.several("BatchNormalization", 6, NormalizationOperators::batchNorm)
              .steering(3, 4)
              .refusing(NormalizationOperators::legacy),
          Operator.several("BatchNormalization", 7, NormalizationOperators::batchNorm)
              .steering(3, 4)
              .refusing(NormalizationOperators::perElement),
          Operator.several("BatchNormalization", 9, NormalizationOperators::batchNorm)
              .steering(3, 4),
          Operator.several("BatchNormalization", 14, NormalizationOperators::batchNorm)
              .steering(3, 4),
          Operator.single("InstanceNormalization", 6, NormalizationOperators::instanceNorm),
          Operator.several("LayerNormalization", 17, NormalizationOperators::layerNorm),
          Operator.single("GroupNormalization", 18, n -> groupNorm(n, true)),
          Operator.single("GroupNormalization", 21, n -> groupNorm(n, false)),
          Operator.single("RMSNormalization", 23, NormalizationOperators::rmsNorm),
          Operator.single("LpNormalization", 1, NormalizationOperators::lpNorm),
          Operator.single("MeanVarianceNormalization", 9, NormalizationOperators::meanVariance),
          Operator.single("LRN", 1, NormalizationOperators::localResponse));

  private NormalizationOperators() {}

  private static Optional<String> perElement(Attributes a) {
    return a.flag("spatial", true)
        ? Optional.empty()
        : Optional.of("statistics for every element (spatial=0) are not supported");
  }

  /// Opset 6 trains unless told otherwise.
  private static Optional<String> legacy(Attributes a) {
    return a.flag("is_test", false)
        ? perElement(a)
        : Optional.of("training (is_test=0) is not supported in opset 6; export for inference");
  }

  private static double epsilon(Node node) {
    return node.attributes().number("epsilon", EPSILON);
  }

  private static int[] from(int first, int rank) {
    return IntStream.range(first, rank).toArray();
  }

  private static Value channels(Value vector, Value like) {
    return ConvolutionOperators.channels(vector.cast(like.dtype()), like.rank() - 2);
  }

  private static List<Value> batchNorm(Node node) {
    Value x = node.value(0);
    if (x.rank() < 2) {
      throw node.error("operand " + x.aval() + " has no channels");
    }
    boolean training = node.attributes().flag("training_mode", false);
    if (!training && node.outputCount() > 1) {
      throw node.error("batch statistics as outputs are supported with training_mode only");
    }
    Value mean = node.value(3);
    Value variance = node.value(4);
    if (!training) {
      return List.of(normalized(node, x, mean, variance));
    }
    int[] axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
    Value batchMean = x.mean(axes);
    Value batchVariance = x.variance(axes);
    double momentum = node.attributes().number("momentum", 0.9f);
    return List.of(
        normalized(node, x, batchMean, batchVariance),
        running(mean, batchMean, momentum),
        running(variance, batchVariance, momentum));
  }

  private static Value running(Value old, Value now, double momentum) {
    return old.mul(momentum).add(now.cast(old.dtype()).mul(1 - momentum));
  }

  private static Value normalized(Node node, Value x, Value mean, Value variance) {
    Value scale = node.value(1).cast(variance.dtype());
    Value factor = scale.mul(variance.add(epsilon(node)).rsqrt());
    return x.sub(channels(mean, x)).mul(channels(factor, x)).add(channels(node.value(2), x));
  }

  private static Value instanceNorm(Node node) {
    Value x = node.value(0);
    Value y = Functions.standardize(x, epsilon(node), from(2, x.rank()));
    return y.mul(channels(node.value(1), x)).add(channels(node.value(2), x));
  }

  private static List<Value> layerNorm(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.attributes().integer("axis", -1), x.rank());
    int[] axes = from(axis, x.rank());
    Value mean = x.meanKeepDims(axes);
    Value centred = x.sub(mean);
    Value inverse = centred.square().meanKeepDims(axes).add(epsilon(node)).rsqrt();
    Value scaled = centred.mul(inverse).mul(node.value(1));
    Value y = node.optionalValue(2).map(scaled::add).orElse(scaled);
    return List.of(y, mean, inverse);
  }

  private static Value groupNorm(Node node, boolean perGroup) {
    Value x = node.value(0);
    Optional<Long> stated = node.attributes().integer("num_groups");
    long groups = node.attributes().required("num_groups", stated);
    if (x.rank() < 2 || groups < 1 || x.dim(1) % groups != 0) {
      throw node.error("the channels of %s do not make %d groups".formatted(x.aval(), groups));
    }
    Value grouped = x.reshape(Shape.of(x.dim(0), groups, x.size() / x.dim(0) / groups));
    Value y = Functions.standardize(grouped, epsilon(node), 2);
    if (!perGroup) {
      Value whole = y.reshape(x.shape());
      return whole.mul(channels(node.value(1), x)).add(channels(node.value(2), x));
    }
    Value scale = node.value(1).expandDims(-1);
    Value bias = node.value(2).expandDims(-1);
    return y.mul(scale).add(bias).reshape(x.shape());
  }

  private static Value rmsNorm(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.attributes().integer("axis", -1), x.rank());
    Value squares = x.square().meanKeepDims(from(axis, x.rank()));
    return x.mul(squares.add(epsilon(node)).rsqrt()).mul(node.value(1));
  }

  /// `x / |x|`, and 0 where that norm is 0.
  private static Value lpNorm(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.attributes().integer("axis", -1), x.rank());
    long p = node.attributes().integer("p", 2);
    Value norm = p == 1 ? x.abs().sum(axis) : Functions.norm(x, axis);
    Value kept = norm.expandDims(axis);
    Value zero = kept.eq(0);
    return zero.where(0, x.div(zero.where(1, kept)));
  }

  private static Value meanVariance(Node node) {
    Value x = node.value(0);
    List<Long> stated = node.attributes().integers("axes", List.of(0L, 2L, 3L));
    int[] axes = node.axes(stated, x.rank()).stream().mapToInt(Integer::intValue).toArray();
    Value centred = x.sub(x.meanKeepDims(axes));
    Value variance = centred.square().meanKeepDims(axes);
    Value constant = variance.eq(0);
    Value deviation = constant.where(0, constant.where(1, variance).sqrt());
    return centred.div(deviation.add(TINY));
  }

  /// `x / (bias + alpha / size · Σ x²)^beta`, the sum over neighbouring channels.
  private static Value localResponse(Node node) {
    Value x = node.value(0);
    Attributes a = node.attributes();
    long size = a.required("size", a.integer("size"));
    if (size < 1 || x.rank() < 2) {
      throw node.error("size %d over the channels of %s".formatted(size, x.aval()));
    }
    List<Long> ones = Collections.nCopies(x.rank(), 1L);
    List<Long> zeros = Collections.nCopies(x.rank(), 0L);
    Window window =
        Window.of(channel(ones, size))
            .withPadding(channel(zeros, (size - 1) / 2), channel(zeros, size / 2));
    Value squares = Value.emit(new WindowSum(window), x.square());
    Value base = squares.mul(a.number("alpha", 1e-4f) / size).add(a.number("bias", 1));
    return x.mul(base.pow(-a.number("beta", 0.75)));
  }

  private static List<Long> channel(List<Long> all, long number) {
    List<Long> changed = new ArrayList<>(all);
    changed.set(1, number);
    return changed;
  }
}
