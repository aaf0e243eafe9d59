package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Activation functions.
final class ActivationOperators {
  private static final double SELU_ALPHA = 1.6732631921768188;
  private static final double SELU_GAMMA = 1.0507010221481323;

  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("Celu", 12, ActivationOperators::celu),
          Operator.single("Elu", 6, node -> Functions.elu(node.value(0), alpha(node, 1))),
          Operator.single("Gelu", 20, ActivationOperators::gelu),
          Operator.single("HardSigmoid", 6, ActivationOperators::hardSigmoid),
          Operator.unary("HardSwish", 14, Functions::hardSwish),
          Operator.of("Identity", 1, Node::inputs),
          Operator.single(
              "LeakyRelu", 6, node -> Functions.leakyRelu(node.value(0), alpha(node, 0.01f))),
          Operator.unary("Mish", 18, Functions::mish),
          Operator.single("PRelu", 7, ActivationOperators::prelu),
          Operator.unary("Relu", 6, Functions::relu),
          Operator.single("Selu", 6, ActivationOperators::selu),
          Operator.single("Shrink", 9, ActivationOperators::shrink),
          Operator.unary("Sigmoid", 6, Value::logistic),
          Operator.unary("Softplus", 1, Value::softplus),
          Operator.unary("Softsign", 1, x -> x.div(x.abs().add(1))),
          Operator.single("Swish", 24, ActivationOperators::swish),
          Operator.single("ThresholdedRelu", 10, ActivationOperators::thresholdedRelu));

  private ActivationOperators() {}

  private static double alpha(Node node, double otherwise) {
    return node.attributes().number("alpha", otherwise);
  }

  private static Value celu(Node node) {
    Value x = node.value(0);
    double alpha = alpha(node, 1);
    Value negative = x.le(0);
    return negative.where(negative.where(x, 0).mul(1 / alpha).expm1().mul(alpha), x);
  }

  private static Value gelu(Node node) {
    String kind = node.attributes().text("approximate", "none");
    return switch (kind) {
      case "none" -> Functions.gelu(node.value(0));
      case "tanh" -> Functions.geluTanh(node.value(0));
      default ->
          throw node.error("attribute approximate is '" + kind + "'; expected 'none' or 'tanh'");
    };
  }

  private static Value hardSigmoid(Node node) {
    double beta = node.attributes().number("beta", 0.5);
    Value line = node.value(0).mul(alpha(node, 0.2f)).add(beta);
    return line.le(0).where(0, line.ge(1).where(1, line));
  }

  private static Value prelu(Node node) {
    Value x = node.value(0);
    return x.lt(0).where(x.mul(node.value(1)), x);
  }

  private static Value selu(Node node) {
    double gamma = node.attributes().number("gamma", SELU_GAMMA);
    return Functions.elu(node.value(0), alpha(node, SELU_ALPHA)).mul(gamma);
  }

  private static Value shrink(Node node) {
    Value x = node.value(0);
    double lambda = node.attributes().number("lambd", 0.5);
    double bias = node.attributes().number("bias", 0);
    Value above = x.gt(lambda).where(x.sub(bias), 0);
    return x.lt(-lambda).where(x.add(bias), above);
  }

  private static Value swish(Node node) {
    Value x = node.value(0);
    return x.mul(x.mul(alpha(node, 1)).logistic());
  }

  private static Value thresholdedRelu(Node node) {
    Value x = node.value(0);
    return x.gt(alpha(node, 1)).where(x, 0);
  }
}
