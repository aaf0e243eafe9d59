package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.schedule.View.Digit;

/// One index that several arrays share: its size, and the stride that each gives it.
record Joint(long extent, List<Long> strides) {
  Joint {
    strides = List.copyOf(strides);
  }

  /// An axis that an array does not have.
  static List<Digit> absent(long size) {
    return size == 1 ? List.of() : List.of(new Digit(size, 0));
  }

  /// An index that runs through axes of one size in several arrays, as few digits as possible, most
  /// significant first; none if the axes are cut differently (6 = 2·3 and 3·2).
  static Optional<List<Joint>> of(List<List<Digit>> axes) {
    List<List<Digit>> rest = new ArrayList<>();
    for (List<Digit> axis : axes) {
      rest.add(new ArrayList<>(axis.reversed())); // The next digit is the least significant.
    }
    List<Joint> joints = new ArrayList<>();
    while (!rest.getFirst().isEmpty()) {
      Optional<Joint> next = next(rest);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      joints.add(next.get());
    }
    Collections.reverse(joints);
    return Optional.of(merged(joints));
  }

  /// Takes the least significant digit off all.
  private static Optional<Joint> next(List<List<Digit>> rest) {
    long extent = rest.stream().mapToLong(axis -> axis.getFirst().extent()).min().orElse(1);
    List<Long> strides = new ArrayList<>();
    for (List<Digit> axis : rest) {
      Digit d = axis.getFirst();
      if (d.extent() % extent != 0) {
        return Optional.empty();
      }
      strides.add(d.stride());
      axis.removeFirst();
      if (d.extent() > extent) {
        axis.addFirst(new Digit(d.extent() / extent, d.stride() * extent));
      }
    }
    return Optional.of(new Joint(extent, strides));
  }

  private static List<Joint> merged(List<Joint> joints) {
    List<Joint> merged = new ArrayList<>();
    for (Joint j : joints) {
      if (!merged.isEmpty() && merged.getLast().continues(j)) {
        merged.add(new Joint(merged.removeLast().extent * j.extent, j.strides));
      } else {
        merged.add(j);
      }
    }
    return merged;
  }

  private boolean continues(Joint inner) {
    for (int a = 0; a < strides.size(); a++) {
      if (strides.get(a) != inner.strides.get(a) * inner.extent) {
        return false;
      }
    }
    return true;
  }

  /// An axis cut into its first `outer` values and the rest: two lists of digits.
  static Optional<List<List<Digit>>> cut(List<Digit> axis, long outer) {
    List<Digit> high = new ArrayList<>();
    List<Digit> low = new ArrayList<>(axis);
    long missing = outer;
    while (missing > 1) {
      Digit d = low.removeFirst();
      if (missing % d.extent() == 0) {
        high.add(d);
        missing /= d.extent();
      } else if (d.extent() % missing == 0) {
        long inner = d.extent() / missing;
        high.add(new Digit(missing, d.stride() * inner));
        low.addFirst(new Digit(inner, d.stride()));
        missing = 1;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(List.of(high, low));
  }
}
