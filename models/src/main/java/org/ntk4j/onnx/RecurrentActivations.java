package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// The activations that recurrent networks name in their attributes.
final class RecurrentActivations {
  @FunctionalInterface
  private interface Scaled {
    Value apply(Value x, double alpha, double beta);
  }

  /// A function with its parameters' defaults, absent where it has none.
  private record Row(Optional<Double> alpha, Optional<Double> beta, Scaled fn) {
    static Row plain(UnaryOperator<Value> fn) {
      return new Row(Optional.empty(), Optional.empty(), (x, _, _) -> fn.apply(x));
    }

    static Row one(double alpha, Scaled fn) {
      return new Row(Optional.of(alpha), Optional.empty(), fn);
    }

    static Row two(double alpha, double beta, Scaled fn) {
      return new Row(Optional.of(alpha), Optional.of(beta), fn);
    }
  }

  private static final Map<String, Row> BY_NAME =
      Map.ofEntries(
          Map.entry("relu", Row.plain(Functions::relu)),
          Map.entry("tanh", Row.plain(Value::tanh)),
          Map.entry("sigmoid", Row.plain(Value::logistic)),
          Map.entry("softplus", Row.plain(Value::softplus)),
          Map.entry("softsign", Row.plain(x -> x.div(x.abs().add(1)))),
          Map.entry("affine", Row.two(1, 0, (x, a, b) -> x.mul(a).add(b))),
          Map.entry("leakyrelu", Row.one(0.01f, (x, a, _) -> Functions.leakyRelu(x, a))),
          Map.entry("thresholdedrelu", Row.one(1, (x, a, _) -> x.gt(a).where(x, 0))),
          Map.entry("scaledtanh", Row.two(1, 1, (x, a, b) -> x.mul(b).tanh().mul(a))),
          Map.entry("hardsigmoid", Row.two(0.2f, 0.5, (x, a, b) -> x.mul(a).add(b).clip(0, 1))),
          Map.entry("elu", Row.one(1, (x, a, _) -> Functions.elu(x, a))));

  private RecurrentActivations() {}

  /// The activations of direction `d`, each after clipping.
  static List<UnaryOperator<Value>> of(Node node, List<String> defaults, int d, int directions) {
    int count = defaults.size();
    List<String> names = new ArrayList<>();
    for (int k = 0; k < directions; k++) {
      names.addAll(defaults);
    }
    names = node.attributes().texts("activations").orElse(List.copyOf(names));
    if (names.size() != count * directions) {
      throw node.error("activations %s; expected %d".formatted(names, count * directions));
    }
    List<Double> alphas = node.attributes().numbers("activation_alpha").orElse(List.of());
    List<Double> betas = node.attributes().numbers("activation_beta").orElse(List.of());
    List<UnaryOperator<Value>> all = new ArrayList<>();
    int usedAlphas = 0;
    int usedBetas = 0;
    for (String name : names) {
      Row row = row(node, name);
      double alpha = row.alpha().orElse(0.0);
      double beta = row.beta().orElse(0.0);
      if (row.alpha().isPresent() && usedAlphas < alphas.size()) {
        alpha = alphas.get(usedAlphas++);
      }
      if (row.beta().isPresent() && usedBetas < betas.size()) {
        beta = betas.get(usedBetas++);
      }
      double a = alpha;
      double b = beta;
      all.add(clipped(node, x -> row.fn().apply(x, a, b)));
    }
    return all.subList(d * count, (d + 1) * count);
  }

  private static Row row(Node node, String name) {
    return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)))
        .orElseThrow(() -> node.error("activation " + name + " is not known"));
  }

  private static UnaryOperator<Value> clipped(Node node, UnaryOperator<Value> fn) {
    Optional<Double> clip = node.attributes().number("clip").filter(c -> c > 0);
    return clip.<UnaryOperator<Value>>map(c -> x -> fn.apply(x.clip(-c, c))).orElse(fn);
  }
}
