package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;

/// Axes of a reshape's operand that become axes of its result, as few as possible.
record AxisGroup(List<Integer> operand, List<Integer> result) {
  AxisGroup {
    operand = List.copyOf(operand);
    result = List.copyOf(result);
  }

  /// All groups, in order; one of all axes where there are no elements.
  static List<AxisGroup> of(Shape operand, Shape result) {
    if (operand.size() == 0) {
      return List.of(new AxisGroup(range(0, operand.rank()), range(0, result.rank())));
    }
    List<AxisGroup> groups = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < operand.rank() || j < result.rank()) {
      int fromI = i;
      int fromJ = j;
      long left = i < operand.rank() ? operand.dim(i++) : 1;
      long right = j < result.rank() ? result.dim(j++) : 1;
      while (left != right) {
        if (left < right) {
          left *= operand.dim(i++);
        } else {
          right *= result.dim(j++);
        }
      }
      groups.add(new AxisGroup(range(fromI, i), range(fromJ, j)));
    }
    return groups;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /// The order of the result where each group takes the place of its axes in the operand; none if
  /// those of one do not lie together in their own order.
  static Optional<AxisOrder> order(List<AxisGroup> groups, AxisOrder operand) {
    for (AxisGroup g : groups) {
      List<Integer> at = operand.positions(g.operand);
      for (int k = 1; k < at.size(); k++) {
        if (at.get(k) != at.get(k - 1) + 1) {
          return Optional.empty();
        }
      }
    }
    List<AxisGroup> sorted = new ArrayList<>(groups);
    sorted.sort(Comparator.comparingInt(g -> g.place(operand)));
    return Optional.of(new AxisOrder(sorted.stream().flatMap(g -> g.result.stream()).toList()));
  }

  /// Axes that come from none go last.
  private int place(AxisOrder order) {
    return operand.isEmpty() ? Integer.MAX_VALUE : order.position(operand.getFirst());
  }
}
