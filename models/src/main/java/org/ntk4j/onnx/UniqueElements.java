package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// `Unique` of a known tensor: its different elements, or slices along an axis.
final class UniqueElements {
  private UniqueElements() {}

  static List<Operand> apply(Node node) {
    Tensor x = node.input(0).tensor();
    boolean flat = !node.attributes().has("axis");
    int axis = flat ? 0 : node.axis(node.attributes().integer("axis", 0), x.rank());
    Shape shape = flat ? Shape.of(x.size()) : x.shape();
    long before = shape.subShape(0, axis).size();
    long after = shape.subShape(axis + 1, shape.rank()).size();
    int count = Math.toIntExact(shape.dim(axis));
    Map<List<Double>, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      List<Double> slice = new ArrayList<>();
      for (long b = 0; b < before; b++) {
        for (long a = 0; a < after; a++) {
          slice.add(x.getDouble((b * count + i) * after + a));
        }
      }
      places.computeIfAbsent(slice, _ -> new ArrayList<>()).add(i);
    }
    List<List<Double>> keys = new ArrayList<>(places.keySet());
    if (node.attributes().flag("sorted", true)) {
      keys.sort(UniqueElements::compare);
    }
    Tensor y = Tensor.zeros(x.dtype(), shape.with(axis, keys.size()));
    Tensor inverse = Tensor.zeros(DType.I64, Shape.of(count));
    Tensor first = Tensor.zeros(DType.I64, Shape.of(keys.size()));
    Tensor counts = Tensor.zeros(DType.I64, Shape.of(keys.size()));
    for (int k = 0; k < keys.size(); k++) {
      List<Double> slice = keys.get(k);
      for (int j = 0; j < slice.size(); j++) {
        y.setDouble((j / after * keys.size() + k) * after + j % after, slice.get(j));
      }
      List<Integer> found = Objects.requireNonNull(places.get(slice), "bug: no such slice");
      first.setLong(k, found.getFirst());
      counts.setLong(k, found.size());
      for (int i : found) {
        inverse.setLong(i, k);
      }
    }
    return List.of(
        Operand.known(y), Operand.known(first), Operand.known(inverse), Operand.known(counts));
  }

  private static int compare(List<Double> x, List<Double> y) {
    return IntStream.range(0, x.size())
        .map(i -> Comparator.<Double>naturalOrder().compare(x.get(i), y.get(i)))
        .filter(c -> c != 0)
        .findFirst()
        .orElse(0);
  }
}
