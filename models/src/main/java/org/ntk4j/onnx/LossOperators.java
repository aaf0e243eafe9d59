package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Losses of classification, and random numbers with a seed.
final class LossOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("NegativeLogLikelihoodLoss", 12, n -> likelihood(n, n.value(0))),
          Operator.several("SoftmaxCrossEntropyLoss", 12, LossOperators::crossEntropy),
          random("RandomUniform", false, false),
          random("RandomNormal", true, false),
          random("RandomUniformLike", false, true),
          random("RandomNormalLike", true, true),
          Operator.single("Bernoulli", 15, LossOperators::bernoulli)
              .refusing(LossOperators::unseeded));

  private LossOperators() {}

  private static List<Value> crossEntropy(Node node) {
    Value logs = Functions.logSoftmax(node.value(0), 1);
    return List.of(likelihood(node, logs), logs);
  }

  private static Value likelihood(Node node, Value logs) {
    Value target = node.value(1).cast(DType.I64);
    if (logs.rank() < 2 || target.rank() != logs.rank() - 1) {
      throw node.error("operand %s and target %s".formatted(logs.aval(), target.aval()));
    }
    Value picked = logs.takeAlongAxis(target.expandDims(1), 1).squeeze(1).neg();
    Value weight =
        node.optionalValue(2).map(w -> w.gather(target, 0)).orElseGet(() -> picked.like(1));
    Value counted =
        node.attributes()
            .integer("ignore_index")
            .map(ignored -> target.eq((double) ignored).where(0, weight))
            .orElse(weight);
    Value loss = counted.eq(0).where(0, picked.mul(counted));
    return switch (node.attributes().text("reduction", "mean")) {
      case "none" -> loss;
      case "sum" -> loss.sum();
      case "mean" -> loss.sum().div(counted.sum());
      default -> throw node.error("reduction is none of none, sum and mean");
    };
  }

  private static Optional<String> unseeded(Attributes a) {
    return a.has("seed")
        ? Optional.empty()
        : Optional.of("random numbers without a seed are not supported");
  }

  private static RandomKey key(Node node) {
    Optional<Double> seed = node.attributes().number("seed");
    return RandomKey.of(Double.doubleToLongBits(node.attributes().required("seed", seed)));
  }

  private static Operator random(String name, boolean normal, boolean like) {
    return Operator.of(name, 1, node -> List.of(Operand.known(draw(node, normal, like))))
        .refusing(LossOperators::unseeded);
  }

  private static Tensor draw(Node node, boolean normal, boolean like) {
    Attributes a = node.attributes();
    DType dtype = a.dtype("dtype").orElseGet(() -> like ? node.input(0).dtype() : DType.F32);
    Shape shape =
        like
            ? node.input(0).shape()
            : Shape.of(new ArrayList<>(a.required("shape", a.integers("shape"))));
    double offset = normal ? a.number("mean", 0) : a.number("low", 0);
    double scale = normal ? a.number("scale", 1) : a.number("high", 1) - offset;
    Tensor drawn = normal ? key(node).normal(dtype, shape) : key(node).uniform(dtype, shape);
    Tensor values = Tensor.zeros(dtype, shape);
    for (long i = 0; i < values.size(); i++) {
      values.setDouble(i, offset + scale * drawn.getDouble(i));
    }
    return values;
  }

  private static Value bernoulli(Node node) {
    Value x = node.value(0);
    DType dtype = node.attributes().dtype("dtype").orElse(x.dtype());
    return node.constant(key(node).uniform(x.dtype(), x.shape())).lt(x).cast(dtype);
  }
}
