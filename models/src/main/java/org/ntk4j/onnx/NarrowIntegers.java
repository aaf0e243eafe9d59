package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.onnx.Graph.GraphNode;

/// Follows integers that have fewer bits in the model than here (`uint8` and so on): they may be
/// moved, compared and converted, but arithmetic would not overflow as the model means it.
final class NarrowIntegers {
  /// Results are among the operands, or cannot leave their range.
  private static final Set<String> KEEPING =
      Set.of(
          "BitShift",
          "BitwiseAnd",
          "BitwiseOr",
          "BitwiseXor",
          "CenterCropPad",
          "Clip",
          "Compress",
          "Concat",
          "DepthToSpace",
          "Dropout",
          "Expand",
          "Flatten",
          "Gather",
          "GatherElements",
          "GatherND",
          "Identity",
          "Max",
          "MaxPool",
          "Min",
          "Mod",
          "Pad",
          "ReduceMax",
          "ReduceMin",
          "Reshape",
          "ReverseSequence",
          "Slice",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Tile",
          "TopK",
          "Transpose",
          "Trilu",
          "Unique",
          "Unsqueeze",
          "Where");

  /// Results are of another type.
  private static final Set<String> LEAVING =
      Set.of(
          "ArgMax",
          "ArgMin",
          "Cast",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "NonZero",
          "Shape",
          "Size");

  private static final Set<String> MAKING =
      Set.of("Cast", "Constant", "ConstantOfShape", "EyeLike");

  private final Set<String> narrow;
  private final Set<String> problems = new LinkedHashSet<>();

  private NarrowIntegers(Set<String> narrow) {
    this.narrow = new HashSet<>(narrow);
  }

  /// Nodes that compute with narrow integers, a line each.
  ///
  /// @param narrow inputs and initializers of such types
  static List<String> problems(Graph graph, Set<String> narrow) {
    NarrowIntegers flow = new NarrowIntegers(narrow);
    flow.follow(graph);
    return new ArrayList<>(flow.problems);
  }

  private void follow(Graph graph) {
    for (GraphNode node : graph.nodes()) {
      boolean reads = NodeOrder.needs(node).stream().anyMatch(narrow::contains);
      if (node.function().isPresent()) {
        call(node, node.function().get());
      } else if (!node.subgraphs().isEmpty()) {
        node.subgraphs().values().forEach(this::follow);
        if (node.inputs().stream().anyMatch(narrow::contains)) {
          refuse(node);
        }
      } else if (reads && KEEPING.contains(node.operator())) {
        narrow.addAll(node.outputs());
      } else if (reads && !LEAVING.contains(node.operator())) {
        refuse(node);
      }
      if (makes(node)) {
        narrow.addAll(node.outputs());
      }
      narrow.remove("");
    }
  }

  private void refuse(GraphNode node) {
    problems.add(
        node.describe()
            + " computes with integers of fewer bits than 32 or without a sign, which is not"
            + " supported");
  }

  private void call(GraphNode node, Graph function) {
    Set<String> inside = new HashSet<>();
    for (int i = 0; i < Math.min(node.inputs().size(), function.inputs().size()); i++) {
      if (narrow.contains(node.inputs().get(i))) {
        inside.add(function.inputs().get(i));
      }
    }
    NarrowIntegers flow = new NarrowIntegers(inside);
    flow.follow(function);
    problems.addAll(flow.problems);
    for (int i = 0; i < Math.min(node.outputs().size(), function.outputs().size()); i++) {
      if (flow.narrow.contains(function.outputs().get(i))) {
        narrow.add(node.outputs().get(i));
      }
    }
  }

  private static boolean makes(GraphNode node) {
    if (!MAKING.contains(node.operator())) {
      return false;
    }
    Attributes a = node.attributes();
    Optional<Integer> type =
        a.tensorType("value")
            .or(() ->
                a.integer(node.operator().equals("Cast") ? "to" : "dtype").map(Long::intValue));
    return type.flatMap(ElementType::of).filter(ElementType::isNarrow).isPresent();
  }
}
