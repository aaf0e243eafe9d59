package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.onnx.Graph.GraphNode;

/// Which nodes read each name of a model, at which input; through functions and through nodes that
/// only pass a value on.
final class Uses {
  private static final Set<String> PASSING =
      Set.of(
          "Identity", "Cast", "CastLike", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Expand");

  /// Input `input` of a node.
  record Use(GraphNode node, int input) {
    /// Whether the input only chooses what is computed.
    boolean steers() {
      return node.row().map(row -> row.steering().contains(input)).orElse(false);
    }
  }

  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Set<String> outputs;

  private Uses(Set<String> outputs) {
    this.outputs = outputs;
  }

  /// The uses in `graph` and its subgraphs.
  static Uses of(Graph graph) {
    Uses found = new Uses(new HashSet<>(graph.outputs()));
    found.add(graph);
    return found;
  }

  private void add(Graph graph) {
    for (GraphNode node : graph.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        uses.computeIfAbsent(node.inputs().get(i), _ -> new ArrayList<>()).add(new Use(node, i));
      }
      for (Graph inner : node.subgraphs().values()) {
        outputs.addAll(inner.outputs());
        add(inner);
      }
    }
  }

  /// Whether `name` is an output of a graph.
  boolean isOutput(String name) {
    return outputs.contains(name);
  }

  /// The nodes that read `name` itself.
  List<GraphNode> direct(String name) {
    return uses.getOrDefault(name, List.of()).stream().map(Use::node).distinct().toList();
  }

  /// Whether `name` is read, and only where it steers an operator.
  boolean onlySteers(String name) {
    Seen seen = new Seen();
    follow(name, seen, new HashSet<>());
    return seen.steering && !seen.other;
  }

  private static final class Seen {
    private boolean steering;
    private boolean other;
  }

  private void follow(String name, Seen seen, Set<String> visited) {
    if (!visited.add(name)) {
      return;
    }
    seen.other |= isOutput(name);
    for (Use use : uses.getOrDefault(name, List.of())) {
      GraphNode node = use.node();
      Optional<Graph> function = node.function();
      if (use.steers()) {
        seen.steering = true;
      } else if (function.isPresent() && use.input() < function.get().inputs().size()) {
        Uses inner = of(function.get());
        inner.follow(function.get().inputs().get(use.input()), seen, new HashSet<>());
      } else if (PASSING.contains(node.operator()) && use.input() == 0) {
        node.outputs().forEach(output -> follow(output, seen, visited));
      } else {
        seen.other = true;
      }
    }
  }
}
