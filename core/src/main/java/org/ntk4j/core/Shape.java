package org.ntk4j.core;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Axis sizes, outermost first; `[]` is the shape of a scalar.
///
/// Sizes are not negative, and their product (sizes of 0 left out) is below 2^63.
public final class Shape {

  /// `[]`, one element.
  public static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private final long size;

  private Shape(long[] dims) {
    this.dims = dims;
    this.size = checkedSize(dims);
  }

  /// The shape with these axis sizes.
  ///
  /// @throws IllegalArgumentException if a size is negative or the product is 2^63 or more
  public static Shape of(long... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /// The shape with these axis sizes.
  ///
  /// @throws IllegalArgumentException if a size is negative or the product is 2^63 or more
  public static Shape of(List<Long> dims) {
    long[] sizes = new long[dims.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = dims.get(axis);
    }
    return Shape.of(sizes);
  }

  private static long checkedSize(long[] dims) {
    long nonZero = 1;
    boolean empty = false;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape " + text(dims) + " has the negative size " + dim + "; expected 0 or more");
      }
      empty |= dim == 0;
      long factor = Math.max(dim, 1);
      if (nonZero > Long.MAX_VALUE / factor) {
        throw new IllegalArgumentException(
            "shape " + text(dims) + " is too large; expected fewer than 2^63 elements");
      }
      nonZero *= factor;
    }
    return empty ? 0 : nonZero;
  }

  /// Number of axes.
  public int rank() {
    return dims.length;
  }

  /// Size of `axis`, counted from 0.
  public long dim(int axis) {
    return dims[checkAxis(axis, dims.length)];
  }

  /// Number of elements, the product of all sizes.
  public long size() {
    return size;
  }

  /// Axis sizes, outermost first.
  public List<Long> dims() {
    Long[] boxed = new Long[dims.length];
    for (int axis = 0; axis < dims.length; axis++) {
      boxed[axis] = dims[axis];
    }
    return List.of(boxed);
  }

  /// `s[a] = Π_{b>a} dim(b)`: element `(i0, i1, …)` of a row-major tensor is at `Σ_a i_a s[a]`.
  public long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(dims[axis], 1);
    }
    return strides;
  }

  /// This shape with `dim` as the size of `axis`.
  public Shape with(int axis, long dim) {
    long[] result = dims.clone();
    result[checkAxis(axis, dims.length)] = dim;
    return new Shape(result);
  }

  /// This shape with a new axis of size `dim` at `axis`, which may be the rank.
  public Shape insert(int axis, long dim) {
    checkAxis(axis, dims.length + 1);
    long[] result = new long[dims.length + 1];
    System.arraycopy(dims, 0, result, 0, axis);
    result[axis] = dim;
    System.arraycopy(dims, axis, result, axis + 1, dims.length - axis);
    return new Shape(result);
  }

  /// This shape without `axis`.
  public Shape remove(int axis) {
    checkAxis(axis, dims.length);
    return select(a -> a != axis);
  }

  /// This shape without any of `axes`.
  public Shape removeAll(Collection<Integer> axes) {
    boolean[] removed = new boolean[dims.length];
    for (int axis : axes) {
      removed[checkAxis(axis, dims.length)] = true;
    }
    return select(axis -> !removed[axis]);
  }

  /// `result.dim(a) = dim(permutation[a])`.
  ///
  /// @throws IllegalArgumentException if `permutation` does not hold every axis once
  public Shape permute(List<Integer> permutation) {
    if (permutation.size() != dims.length || new HashSet<>(permutation).size() != dims.length) {
      throw new IllegalArgumentException(
          permutation + " is no permutation of the " + dims.length + " axes of " + this);
    }
    long[] permuted = new long[dims.length];
    for (int axis = 0; axis < permuted.length; axis++) {
      permuted[axis] = dim(permutation.get(axis));
    }
    return Shape.of(permuted);
  }

  /// The axes of this shape, then those of `inner`.
  public Shape concat(Shape inner) {
    long[] result = Arrays.copyOf(dims, dims.length + inner.dims.length);
    System.arraycopy(inner.dims, 0, result, dims.length, inner.dims.length);
    return Shape.of(result);
  }

  /// Axes `from` (inclusive) to `to` (exclusive).
  public Shape subShape(int from, int to) {
    if (from < 0 || to < from || to > dims.length) {
      throw new IllegalArgumentException(
          "axes " + from + " to " + to + " are no range of axes of shape " + this);
    }
    return Shape.of(Arrays.copyOfRange(dims, from, to));
  }

  private Shape select(IntPredicate kept) {
    long[] selected = new long[dims.length];
    int rank = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      if (kept.test(axis)) {
        selected[rank++] = dims[axis];
      }
    }
    return Shape.of(Arrays.copyOf(selected, rank));
  }

  private int checkAxis(int axis, int bound) {
    if (axis < 0 || axis >= bound) {
      throw new IllegalArgumentException(
          "axis " + axis + " is out of range for shape " + this + "; expected 0 to " + (bound - 1));
    }
    return axis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// E.g. `[2,3]`.
  @Override
  public String toString() {
    return text(dims);
  }

  private static String text(long[] dims) {
    return LongStream.of(dims).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
  }
}
