package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The order in which the axes of a value lie in another one that has its elements: axis `k` of
/// that is axis `axes[k]` of the value.
record AxisOrder(List<Integer> axes) {
  AxisOrder {
    axes = List.copyOf(axes);
  }

  /// The order that a value has by itself.
  static AxisOrder plain(int rank) {
    return new AxisOrder(IntStream.range(0, rank).boxed().toList());
  }

  boolean isPlain() {
    return equals(plain(axes.size()));
  }

  /// Where `axis` of the value lies.
  int position(int axis) {
    return axes.indexOf(axis);
  }

  /// Where each of these axes of the value lies.
  List<Integer> positions(List<Integer> of) {
    return of.stream().map(this::position).toList();
  }

  /// What is given for each axis of the value, in this order.
  <T> List<T> apply(List<T> given) {
    return axes.stream().map(given::get).toList();
  }

  /// The permutation from this order to another one.
  List<Integer> to(AxisOrder other) {
    return positions(other.axes);
  }

  /// The order of a value without the axes `removed`.
  AxisOrder without(List<Integer> removed) {
    List<Integer> left = new ArrayList<>();
    for (int axis : axes) {
      if (!removed.contains(axis)) {
        left.add(axis - (int) removed.stream().filter(r -> r < axis).count());
      }
    }
    return new AxisOrder(left);
  }
}
