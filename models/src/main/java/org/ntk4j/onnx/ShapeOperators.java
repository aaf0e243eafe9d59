package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Shapes, and the same elements under another shape.
final class ShapeOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.single("Concat", 4, ShapeOperators::concat),
          Operator.single("Expand", 8, ShapeOperators::expand),
          Operator.single("Flatten", 1, ShapeOperators::flatten),
          Operator.single("Reshape", 5, ShapeOperators::reshape),
          Operator.of("Shape", 1, ShapeOperators::shape),
          Operator.of("Size", 1, ShapeOperators::size),
          Operator.several("Split", 2, ShapeOperators::split),
          Operator.single("Squeeze", 1, ShapeOperators::squeeze),
          Operator.single("Tile", 6, ShapeOperators::tile),
          Operator.single("Transpose", 1, ShapeOperators::transpose),
          Operator.single("Unsqueeze", 1, ShapeOperators::unsqueeze));

  private ShapeOperators() {}

  private static Value concat(Node node) {
    List<Value> parts = node.values();
    long axis = node.attributes().required("axis", node.attributes().integer("axis"));
    return parts.size() == 1
        ? parts.getFirst()
        : Functions.concatenate(node.axis(axis, parts.getFirst().rank()), parts);
  }

  private static Value expand(Node node) {
    Shape wanted = Shape.of(node.input(1).longs());
    return node.value(0).broadcastTo(ElementwiseOperators.common(node.value(0).shape(), wanted));
  }

  private static Value flatten(Node node) {
    Value x = node.value(0);
    long axis = node.attributes().integer("axis", 1);
    int split = axis == x.rank() ? x.rank() : node.axis(axis, x.rank());
    long rows = x.shape().subShape(0, split).size();
    return x.reshape(Shape.of(rows, x.shape().subShape(split, x.rank()).size()));
  }

  private static Value reshape(Node node) {
    Value x = node.value(0);
    List<Long> dims = new ArrayList<>(node.input(1).longs());
    boolean zeroIsZero = node.attributes().flag("allowzero", false);
    for (int i = 0; i < dims.size(); i++) {
      if (dims.get(i) == 0 && !zeroIsZero) {
        if (i >= x.rank()) {
          throw node.error(
              "shape %s copies axis %d of %s, which has no such axis"
                  .formatted(node.input(1).longs(), i, x.aval()));
        }
        dims.set(i, x.dim(i));
      }
    }
    int open = dims.indexOf(-1L);
    if (open >= 0 && x.size() == 0) {
      dims.set(open, 0L);
    }
    return x.reshape(dims.stream().mapToLong(d -> d).toArray());
  }

  private static List<Operand> shape(Node node) {
    List<Long> dims = node.input(0).shape().dims();
    int from = bound(node.attributes().integer("start", 0), dims.size());
    int to = bound(node.attributes().integer("end", dims.size()), dims.size());
    long[] part = dims.subList(from, Math.max(from, to)).stream().mapToLong(d -> d).toArray();
    return List.of(Operand.known(Tensor.of(part, part.length)));
  }

  private static int bound(long bound, int rank) {
    return Math.clamp(bound < 0 ? bound + rank : bound, 0, rank);
  }

  private static List<Operand> size(Node node) {
    return List.of(
        Operand.known(Tensor.of(new long[] {node.input(0).shape().size()}, new long[0])));
  }

  private static List<Value> split(Node node) {
    Value x = node.value(0);
    int axis = node.axis(node.attributes().integer("axis", 0), x.rank());
    long size = x.dim(axis);
    List<Long> sizes =
        node.optionalInput(1)
            .map(Operand::longs)
            .or(() -> node.attributes().integers("split"))
            .orElseGet(() -> even(node, size));
    return x.splitSizes(axis, sizes.stream().mapToLong(s -> s).toArray());
  }

  private static List<Long> even(Node node, long size) {
    long parts = node.attributes().integer("num_outputs", node.outputCount());
    if (parts < 1 || parts > Integer.MAX_VALUE) {
      throw node.error("splits into " + parts + " parts; expected at least 1");
    }
    long each = Math.ceilDiv(size, parts);
    List<Long> sizes = new ArrayList<>(Collections.nCopies((int) parts - 1, each));
    sizes.add(size - each * (parts - 1));
    return sizes;
  }

  /// The axes of attribute or input 1, as they are counted, if they are given.
  static Optional<List<Integer>> axes(Node node, int rank) {
    return node.optionalInput(1)
        .map(Operand::longs)
        .or(() -> node.attributes().integers("axes"))
        .map(axes -> node.axes(axes, rank));
  }

  private static Value squeeze(Node node) {
    Value x = node.value(0);
    Optional<List<Integer>> axes = axes(node, x.rank());
    if (axes.isPresent() && axes.get().isEmpty()) {
      return x;
    }
    return x.squeeze(axes.orElse(List.of()).stream().mapToInt(a -> a).toArray());
  }

  private static Value unsqueeze(Node node) {
    Value x = node.value(0);
    List<Long> given =
        node.optionalInput(1)
            .map(Operand::longs)
            .or(() -> node.attributes().integers("axes"))
            .orElseThrow(() -> node.error("has no axes"));
    int rank = x.rank() + given.size();
    List<Integer> axes = node.axes(given, rank).stream().sorted().toList();
    if (axes.stream().distinct().count() != axes.size()) {
      throw node.error("inserts an axis twice: " + given);
    }
    Shape shape = x.shape();
    for (int axis : axes) {
      shape = shape.insert(axis, 1);
    }
    return x.reshape(shape);
  }

  private static Value tile(Node node) {
    Value x = node.value(0);
    List<Long> repeats = node.input(1).longs();
    if (repeats.size() != x.rank()) {
      throw node.error("has %d repeats for %s".formatted(repeats.size(), x.aval()));
    }
    Shape apart = Shape.SCALAR;
    Shape repeated = Shape.SCALAR;
    Shape merged = Shape.SCALAR;
    for (int i = 0; i < x.rank(); i++) {
      apart = apart.concat(Shape.of(1, x.dim(i)));
      repeated = repeated.concat(Shape.of(repeats.get(i), x.dim(i)));
      merged = merged.concat(Shape.of(Math.multiplyExact(repeats.get(i), x.dim(i))));
    }
    return merged.equals(x.shape()) ? x : x.reshape(apart).broadcastTo(repeated).reshape(merged);
  }

  private static Value transpose(Node node) {
    Value x = node.value(0);
    List<Integer> order =
        node.attributes()
            .integers("perm")
            .map(perm -> node.axes(perm, x.rank()))
            .orElseGet(
                () -> IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).boxed().toList());
    return x.permute(order);
  }
}
