package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.onnx.Graph.GraphNode;

/// Records graphs in the program being traced.
///
/// A node that fails does not end the recording: its users are left out, and all failures are
/// reported together.
final class GraphRecorder {
  private GraphRecorder() {}

  /// Records `graph`, whose inputs are bound in `scope`: its outputs.
  ///
  /// @throws OnnxException if nodes cannot be recorded; names all of them
  static List<Operand> record(Graph graph, Scope scope) {
    graph
        .initializers()
        .forEach((name, tensor) -> {
          if (scope.find(name).isEmpty()) {
            scope.put(name, Operand.known(tensor));
          }
        });
    Set<String> used = used(graph);
    List<String> failures = new ArrayList<>();
    for (GraphNode node : graph.nodes()) {
      if (NodeOrder.needs(node).stream().allMatch(name -> scope.find(name).isPresent())) {
        try {
          bind(node, record(node, scope, used), scope);
        } catch (OnnxException e) {
          failures.addAll(lines(e));
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failure(failures);
    }
    return graph.outputs().stream().map(name -> get(scope, name)).toList();
  }

  private static List<String> lines(OnnxException e) {
    return e.parts().isEmpty() ? List.of(message(e)) : e.parts();
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }

  private static OnnxException failure(List<String> failures) {
    return failures.size() == 1
        ? new OnnxException(failures.getFirst())
        : OnnxException.several(failures.size() + " nodes cannot be imported", failures);
  }

  private static Operand get(Scope scope, String name) {
    return scope
        .find(name)
        .orElseThrow(() -> new IllegalStateException("bug: no value for '" + name + "'"));
  }

  private static Set<String> used(Graph graph) {
    Set<String> used = new HashSet<>(graph.outputs());
    graph.nodes().forEach(n -> used.addAll(NodeOrder.needs(n)));
    return used;
  }

  private static void bind(GraphNode node, List<Operand> results, Scope scope) {
    for (int i = 0; i < node.outputs().size(); i++) {
      String name = node.outputs().get(i);
      if (!name.isEmpty() && i < results.size()) {
        scope.put(name, results.get(i));
      }
    }
  }

  private static List<Operand> record(GraphNode node, Scope scope, Set<String> used) {
    List<Optional<Operand>> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String name = node.inputs().get(i);
      String place = node.describe() + ": input " + i + " ('" + name + "')";
      inputs.add(name.isEmpty() ? Optional.empty() : Optional.of(get(scope, name).at(place)));
    }
    if (node.function().isPresent()) {
      return call(node.function().get(), inputs, scope);
    }
    Operator row =
        node.row()
            .orElseThrow(() ->
                new OnnxException(node.describe() + ": " + node.problem().orElse("not supported")));
    List<Boolean> wanted = node.outputs().stream().map(used::contains).toList();
    try {
      List<Operand> results =
          isFoldable(node, row) && inputs.stream().allMatch(GraphRecorder::isKnown)
              ? Folding.fold(node, row, inputs, wanted)
              : row.implementation().apply(node(node, inputs, wanted, scope));
      check(node, wanted, results);
      return results;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new OnnxException(node.describe() + ": " + message(e), e);
    }
  }

  private static boolean isFoldable(GraphNode node, Operator row) {
    return node.subgraphs().isEmpty() && !SequenceOperators.has(row);
  }

  private static boolean isKnown(Optional<Operand> input) {
    return input.isEmpty() || input.get().isKnown();
  }

  private static void check(GraphNode node, List<Boolean> wanted, List<Operand> results) {
    for (int i = results.size(); i < wanted.size(); i++) {
      if (wanted.get(i)) {
        throw new OnnxException(
            "%s has %d outputs; expected at most %d"
                .formatted(node.describe(), wanted.size(), results.size()));
      }
    }
  }

  private static Node node(
      GraphNode node, List<Optional<Operand>> inputs, List<Boolean> wanted, Scope scope) {
    return node(node, inputs, wanted, scope.anchor(), Optional.of(scope));
  }

  /// A node as its implementation sees it.
  ///
  /// @param scope where its subgraphs are recorded
  static Node node(
      GraphNode node,
      List<Optional<Operand>> inputs,
      List<Boolean> wanted,
      Value anchor,
      Optional<Scope> scope) {
    return new Node(
        node.name(),
        node.operator(),
        node.opset(),
        node.attributes(),
        inputs,
        wanted,
        anchor,
        attribute -> subgraph(node, attribute, scope),
        (ids, size) -> scope.ifPresent(s -> s.index(node.describe(), ids, size)));
  }

  private static Subgraph subgraph(GraphNode node, String attribute, Optional<Scope> scope) {
    if (!node.subgraphs().containsKey(attribute) || scope.isEmpty()) {
      throw new OnnxException(node.describe() + ": attribute " + attribute + " is missing");
    }
    Graph graph = Objects.requireNonNull(node.subgraphs().get(attribute), "bug: no graph");
    return new Subgraph(
        graph.inputs(),
        graph.outputs(),
        (arguments, body) -> {
          if (arguments.size() != graph.inputs().size()) {
            throw new OnnxException(
                "%s: its %s takes %d inputs, but %d are given"
                    .formatted(
                        node.describe(), attribute, graph.inputs().size(), arguments.size()));
          }
          Scope inner = scope.get().inner(body);
          inner.putAll(graph.inputs(), arguments);
          return record(graph, inner);
        });
  }

  private static List<Operand> call(Graph function, List<Optional<Operand>> inputs, Scope scope) {
    Scope inner = scope.called();
    for (int i = 0; i < inputs.size() && i < function.inputs().size(); i++) {
      String name = function.inputs().get(i);
      inputs.get(i).ifPresent(operand -> inner.put(name, operand));
    }
    return record(withoutAbsent(function, inner), inner);
  }

  /// `function` with the inputs that are not given absent in its nodes too.
  private static Graph withoutAbsent(Graph function, Scope scope) {
    List<String> absent =
        function.inputs().stream().filter(name -> scope.find(name).isEmpty()).toList();
    if (absent.isEmpty()) {
      return function;
    }
    List<GraphNode> nodes =
        function.nodes().stream()
            .map(n ->
                n.withInputs(n.inputs().stream().map(i -> absent.contains(i) ? "" : i).toList()))
            .toList();
    return new Graph(
        function.name(),
        function.inputs(),
        function.outputs(),
        function.initializers(),
        nodes,
        function.free());
  }
}
