package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;

/// A value in the memory of a buffer: each axis is a list of digits, most significant first, and
/// element `i` is at `offset + Σ digit · stride`.
///
/// @param buffer number of the buffer
/// @param axes for each axis its digits, none of extent 1; the size of an axis is the product of
///   their extents
public record View(int buffer, DType dtype, long offset, List<List<Digit>> axes) {
  public View {
    axes = axes.stream().map(List::copyOf).toList();
  }

  /// One part of an axis: `0 <= digit < extent`.
  public record Digit(long extent, long stride) {}

  /// All of a buffer, row by row.
  public static View rowMajor(int buffer, DType dtype, Shape shape) {
    List<List<Digit>> axes = new ArrayList<>();
    long[] strides = shape.strides();
    for (int k = 0; k < shape.rank(); k++) {
      long n = shape.dim(k);
      axes.add(n == 1 ? List.of() : List.of(new Digit(n, strides[k])));
    }
    return new View(buffer, dtype, 0, axes);
  }

  /// Size of axis `k`.
  public long dim(int k) {
    return size(axes.get(k));
  }

  /// Number of axes.
  public int rank() {
    return axes.size();
  }

  /// The same place in another buffer.
  View in(int other) {
    return new View(other, dtype, offset, axes);
  }

  private static long size(List<Digit> digits) {
    return digits.stream().mapToLong(Digit::extent).reduce(1, (a, b) -> a * b);
  }

  /// Axis `i` is axis `permutation[i]` of this.
  View transpose(List<Integer> permutation) {
    return new View(buffer, dtype, offset, permutation.stream().map(axes::get).toList());
  }

  /// `axes` the other way round; their strides become negative.
  View reverse(List<Integer> reversed) {
    long from = offset;
    List<List<Digit>> all = new ArrayList<>(axes);
    for (int axis : reversed) {
      List<Digit> digits = new ArrayList<>();
      for (Digit d : axes.get(axis)) {
        from += (d.extent - 1) * d.stride;
        digits.add(new Digit(d.extent, -d.stride));
      }
      all.set(axis, digits);
    }
    return new View(buffer, dtype, from, all);
  }

  /// Axis `k` of this is axis `to[k]`, the other axes of `shape` repeat.
  View broadcast(Shape shape, List<Integer> to) {
    List<List<Digit>> all = new ArrayList<>();
    for (long n : shape.dims()) {
      all.add(n == 1 ? List.of() : List.of(new Digit(n, 0)));
    }
    for (int k = 0; k < to.size(); k++) {
      all.set(to.get(k), axes.get(k));
    }
    return new View(buffer, dtype, offset, all);
  }

  /// The elements in the same order as axes of `shape`; none if an axis would cut through a digit.
  Optional<View> reshape(Shape shape) {
    List<Digit> rest = new ArrayList<>(axes.stream().flatMap(List::stream).toList());
    Collections.reverse(rest); // The next digit is the last.
    List<List<Digit>> reshaped = new ArrayList<>();
    for (long n : shape.dims()) {
      List<Digit> digits = new ArrayList<>();
      while (size(digits) < n) {
        Digit next = rest.removeLast();
        long missing = n / size(digits);
        if (n % size(digits) != 0) {
          return Optional.empty();
        }
        if (next.extent <= missing) {
          digits.add(next);
        } else if (next.extent % missing == 0) {
          long low = next.extent / missing;
          digits.add(new Digit(missing, next.stride * low));
          rest.addLast(new Digit(low, next.stride));
        } else {
          return Optional.empty();
        }
      }
      if (size(digits) != n) {
        return Optional.empty();
      }
      reshaped.add(digits);
    }
    return Optional.of(new View(buffer, dtype, offset, reshaped));
  }

  /// `start + stride · i` along each axis; none if that is not regular in memory.
  Optional<View> slice(List<Long> start, List<Long> stride, Shape shape) {
    List<List<Digit>> sliced = new ArrayList<>();
    long from = offset;
    for (int k = 0; k < axes.size(); k++) {
      List<Digit> digits = merged(axes.get(k));
      if (shape.dim(k) == size(digits)) {
        sliced.add(digits);
      } else if (digits.size() == 1) {
        Digit d = digits.getFirst();
        from += start.get(k) * d.stride;
        sliced.add(
            shape.dim(k) == 1
                ? List.of()
                : List.of(new Digit(shape.dim(k), d.stride * stride.get(k))));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new View(buffer, dtype, from, sliced));
  }

  /// As few digits as possible: neighbours that are one in memory are joined.
  static List<Digit> merged(List<Digit> digits) {
    List<Digit> merged = new ArrayList<>();
    for (Digit d : digits) {
      if (!merged.isEmpty() && merged.getLast().stride == d.stride * d.extent) {
        merged.add(new Digit(merged.removeLast().extent * d.extent, d.stride));
      } else {
        merged.add(d);
      }
    }
    return merged;
  }
}
