package org.ntk4j.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.onnx.Graph.GraphNode;

/// The nodes of a graph in an order in which they can run.
final class NodeOrder {
  private static final int SHOWN = 4;

  private final String where;
  private final List<GraphNode> nodes;
  private final Map<String, Integer> producers = new HashMap<>();

  private NodeOrder(String where, List<GraphNode> nodes) {
    this.where = where;
    this.nodes = nodes;
  }

  /// The nodes that `outputs` need, each after those it needs.
  ///
  /// @param given names of inputs and initializers
  /// @param outer names of the graphs around this one
  /// @throws OnnxException if a name is given twice, or by nothing, or nodes form a cycle
  static List<GraphNode> of(
      String where,
      List<GraphNode> nodes,
      Set<String> given,
      Set<String> outer,
      Collection<String> outputs) {
    NodeOrder order = new NodeOrder(where, nodes);
    order.indexProducers(given);
    Set<String> available = new HashSet<>(given);
    available.addAll(outer);
    available.addAll(order.producers.keySet());
    for (GraphNode node : nodes) {
      for (String name : needs(node)) {
        if (!available.contains(name)) {
          throw new OnnxException(
              "%s: %s uses '%s', which no input, initializer or node provides"
                  .formatted(where, node.describe(), name));
        }
      }
    }
    for (String name : outputs) {
      if (!available.contains(name)) {
        throw new OnnxException(
            "%s: output '%s' is provided by no input, initializer or node".formatted(where, name));
      }
    }
    List<Integer> sorted = order.sorted();
    Set<Integer> live = order.live(outputs);
    return sorted.stream().filter(live::contains).map(nodes::get).toList();
  }

  /// Those of `nodes` that `outputs` need, in their order.
  static List<GraphNode> needed(List<GraphNode> nodes, Collection<String> outputs) {
    NodeOrder order = new NodeOrder("graph", nodes);
    order.indexProducers(Set.of());
    Set<Integer> live = order.live(outputs);
    return IntStream.range(0, nodes.size()).filter(live::contains).mapToObj(nodes::get).toList();
  }

  /// Names that a node reads, those of its subgraphs included.
  static Set<String> needs(GraphNode node) {
    Set<String> names = new LinkedHashSet<>(node.inputs());
    node.subgraphs().values().forEach(g -> names.addAll(g.free()));
    names.remove("");
    return names;
  }

  private void indexProducers(Set<String> given) {
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : nodes.get(i).outputs()) {
        if (name.isEmpty()) {
          continue;
        }
        Optional<Integer> other = Optional.ofNullable(producers.put(name, i));
        if (other.isPresent() || given.contains(name)) {
          throw new OnnxException(
              "%s: the name '%s' is given twice: by %s and by %s"
                  .formatted(
                      where,
                      name,
                      other.map(o -> nodes.get(o).describe()).orElse("an input or initializer"),
                      nodes.get(i).describe()));
        }
      }
    }
  }

  private List<Integer> producersOf(GraphNode node) {
    return needs(node).stream()
        .filter(producers::containsKey)
        .map(producers::get)
        .distinct()
        .toList();
  }

  private List<Integer> sorted() {
    Map<Integer, List<Integer>> users = new HashMap<>();
    Map<Integer, Integer> waiting = new LinkedHashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < nodes.size(); i++) {
      List<Integer> before = producersOf(nodes.get(i));
      for (int producer : before) {
        users.computeIfAbsent(producer, _ -> new ArrayList<>()).add(i);
      }
      if (before.isEmpty()) {
        ready.add(i);
      } else {
        waiting.put(i, before.size());
      }
    }
    List<Integer> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(next);
      for (int user : users.getOrDefault(next, List.of())) {
        if (waiting.merge(user, -1, Integer::sum) == 0) {
          waiting.remove(user);
          ready.add(user);
        }
      }
    }
    if (!waiting.isEmpty()) {
      List<String> shown =
          waiting.keySet().stream().limit(SHOWN).map(i -> nodes.get(i).describe()).toList();
      throw new OnnxException(
          "%s: %d nodes wait for each other in a cycle, such as %s"
              .formatted(where, waiting.size(), String.join(", ", shown)));
    }
    return sorted;
  }

  private Set<Integer> live(Collection<String> outputs) {
    Set<Integer> live = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    for (String name : outputs) {
      Optional.ofNullable(producers.get(name)).ifPresent(open::add);
    }
    while (!open.isEmpty()) {
      int next = open.remove();
      if (live.add(next)) {
        open.addAll(producersOf(nodes.get(next)));
      }
    }
    return live;
  }
}
