package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.ntk4j.core.Tensor;
import org.ntk4j.onnx.Graph.GraphNode;

/// Decides which of a model's floating-point tensors are parameters.
///
/// An initializer is one unless it is a scalar, a mask, or only steers operators. A `Constant` node
/// is one by the same rule in models that store no parameter as an initializer: some exporters
/// write weights so.
final class ParameterRules {
  private static final Pattern COMPUTED = Pattern.compile("val_\\d+");
  private static final double EXCLUDED = -10_000;

  private final OnnxOptions options;
  private final Graph graph;
  private final Uses uses;
  private final List<ParameterChoice> choices = new ArrayList<>();
  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();

  private ParameterRules(OnnxOptions options, Graph graph) {
    this.options = options;
    this.graph = graph;
    this.uses = Uses.of(graph);
  }

  /// What was decided.
  record Decision(List<ParameterChoice> choices, SequencedMap<String, Tensor> parameters) {}

  static Decision decide(OnnxOptions options, Graph graph) {
    ParameterRules rules = new ParameterRules(options, graph);
    rules.initializers(graph);
    rules.constants();
    return new Decision(List.copyOf(rules.choices), rules.parameters);
  }

  private void initializers(Graph g) {
    g.initializers().forEach((name, tensor) -> choose(name, tensor, "an initializer", ""));
    for (GraphNode node : g.nodes()) {
      node.subgraphs().values().forEach(this::initializers);
    }
  }

  private void constants() {
    String other = parameters.isEmpty() ? "" : "a constant node; weights are initializers here";
    for (GraphNode node : graph.nodes()) {
      if (node.operator().equals("Constant") && node.function().isEmpty()) {
        if (node.attributes().has("value")) {
          node.attributes()
              .tensor("value")
              .ifPresent(t -> choose(node.outputs().getFirst(), t, "a constant node", other));
        }
      }
    }
  }

  /// PyTorch's exporter names what it computes itself `val_0`, `val_1`, ..: weights that it
  /// transposed, but also scale factors, and those as vectors of one number.
  private static boolean isScalar(String name, Tensor tensor) {
    return tensor.rank() == 0
        || tensor.rank() == 1 && tensor.size() == 1 && COMPUTED.matcher(name).matches();
  }

  /// Whether it is added to attention scores to rule some out: every number is 0, or so far below
  /// it that its exponential is 0. Exporters fold masks into constants.
  private static boolean isMask(Tensor tensor) {
    boolean excludes = false;
    for (long i = 0; i < tensor.size(); i++) {
      double x = tensor.getDouble(i);
      if (x != 0 && !(x <= EXCLUDED)) {
        return false;
      }
      excludes |= x != 0;
    }
    return excludes;
  }

  /// @param objection why the rules make this no parameter; empty if they may
  private void choose(String name, Tensor tensor, String kind, String objection) {
    List<GraphNode> users = uses.direct(name);
    boolean unused = users.isEmpty() && !uses.isOutput(name);
    if (!tensor.dtype().isFloating()) {
      return;
    }
    String refusal = unused ? "not used" : objection;
    if (refusal.isEmpty() && isScalar(name, tensor)) {
      refusal = "a scalar";
    } else if (refusal.isEmpty() && uses.onlySteers(name)) {
      refusal = "only steers an operator";
    } else if (refusal.isEmpty() && isMask(tensor)) {
      refusal = "a mask";
    }
    boolean chosen = refusal.isEmpty();
    String why = chosen ? kind : refusal;
    if (options.parameters().isPresent() && !unused) {
      chosen = options.parameters().get().test(name);
      why = chosen ? "asked for" : "not asked for";
    }
    if (chosen && options.frozen().test(name)) {
      chosen = false;
      why = "frozen";
    }
    if (chosen) {
      parameters.put(name, tensor);
    }
    choices.add(
        new ParameterChoice(
            name,
            tensor.dtype(),
            tensor.shape(),
            users.stream().map(GraphNode::describe).toList(),
            chosen,
            why));
  }
}
