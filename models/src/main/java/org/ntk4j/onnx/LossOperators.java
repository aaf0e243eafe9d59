package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Losses of classification.
final class LossOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("NegativeLogLikelihoodLoss", 12, n -> likelihood(n, n.value(0))),
          Operator.several("SoftmaxCrossEntropyLoss", 12, LossOperators::crossEntropy));

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
}
