package org.ntk4j.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.ntk4j.core.Tensor;

/// A graph whose names are checked and whose live nodes are in an order in which they can run.
///
/// @param inputs names, without those of initializers
/// @param free names of the graphs around it that it uses
record Graph(
    String name,
    List<String> inputs,
    List<String> outputs,
    SequencedMap<String, Tensor> initializers,
    List<GraphNode> nodes,
    Set<String> free) {
  Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    initializers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(initializers));
    nodes = List.copyOf(nodes);
    free = Set.copyOf(free);
  }

  /// A node. Either `row` or `function` says what it computes, or `problem` why that is unknown.
  ///
  /// @param inputs names; empty where an optional one is absent
  /// @param function the body of a function of the model
  record GraphNode(
      String name,
      String operator,
      String domain,
      int opset,
      List<String> inputs,
      List<String> outputs,
      Attributes attributes,
      SequencedMap<String, Graph> subgraphs,
      Optional<Operator> row,
      Optional<Graph> function,
      Optional<String> problem) {
    GraphNode {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      subgraphs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(subgraphs));
    }

    /// This node reading other names.
    GraphNode withInputs(List<String> names) {
      return new GraphNode(
          name,
          operator,
          domain,
          opset,
          names,
          outputs,
          attributes,
          subgraphs,
          row,
          function,
          problem);
    }

    /// E.g. `node 'a' (Reshape)`.
    String describe() {
      return Node.describe(name, operator);
    }
  }

  /// This graph with some of its outputs only.
  Graph selecting(List<String> selected) {
    List<GraphNode> needed = NodeOrder.needed(nodes, selected);
    return new Graph(name, inputs, selected, initializers, needed, free);
  }

  /// Calls `visit` with every node, those of subgraphs and functions included.
  void forEachNode(Consumer<GraphNode> visit) {
    for (GraphNode node : nodes) {
      visit.accept(node);
      node.subgraphs().values().forEach(g -> g.forEachNode(visit));
      node.function().ifPresent(g -> g.forEachNode(visit));
    }
  }
}
