package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;

/// Axes that a reshape `from -> to` merges or splits: the shortest runs of axes of both shapes, in
/// order, that hold the same elements. Axes of size 1 belong to no group.
final class AxisGroups {
  private AxisGroups() {}

  private record Group(List<Integer> from, List<Integer> to) {}

  /// The permutation of the axes of `from` that does what `permutation` does to those of `to`, if
  /// that moves whole groups only.
  static Optional<List<Integer>> permuted(Shape from, Shape to, List<Integer> permutation) {
    if (from.size() == 0) {
      return Optional.empty();
    }
    List<Group> groups = groups(from, to);
    List<Integer> order = permutation.stream().filter(axis -> to.dim(axis) != 1).toList();
    List<Integer> result = new ArrayList<>();
    int next = 0;
    while (next < order.size()) {
      int first = order.get(next);
      Optional<Group> group = groups.stream().filter(g -> g.to().getFirst() == first).findFirst();
      if (group.isEmpty()) {
        return Optional.empty();
      }
      List<Integer> axes = group.get().to();
      int end = next + axes.size();
      if (end > order.size() || !order.subList(next, end).equals(axes)) {
        return Optional.empty();
      }
      result.addAll(group.get().from());
      next = end;
    }
    for (int axis = 0; axis < from.rank(); axis++) {
      if (from.dim(axis) == 1) {
        result.add(axis);
      }
    }
    return Optional.of(result);
  }

  private static List<Group> groups(Shape from, Shape to) {
    List<Group> groups = new ArrayList<>();
    List<Integer> left = relevant(from);
    List<Integer> right = relevant(to);
    int i = 0;
    int j = 0;
    while (i < left.size()) {
      Group group = new Group(new ArrayList<>(), new ArrayList<>());
      long a = 1;
      long b = 1;
      do {
        if (a <= b) {
          a *= from.dim(left.get(i));
          group.from().add(left.get(i++));
        } else {
          b *= to.dim(right.get(j));
          group.to().add(right.get(j++));
        }
      } while (a != b);
      groups.add(group);
    }
    return groups;
  }

  private static List<Integer> relevant(Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) != 1) {
        axes.add(axis);
      }
    }
    return axes;
  }
}
