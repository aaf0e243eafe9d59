package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;

/// Indices seen through a reshape: from those along the axes of the result to those along the axes
/// of the operand.
final class Regroup {
  private final List<Long> extents;
  private Optional<Cut> wanted = Optional.empty();

  /// A loop that reaches over the border of an axis: its variable should be two, the lower one of
  /// extent `inner`.
  record Cut(int loop, long inner) {}

  /// @param extents of the loops
  Regroup(List<Long> extents) {
    this.extents = extents;
  }

  /// A cut without which the last indices are computed by division.
  Optional<Cut> wanted() {
    return wanted;
  }

  /// @param at an index for each axis of `result`
  List<Index> apply(List<Index> at, Shape result, Shape operand) {
    List<Index> indices = new ArrayList<>(operand.rank());
    int i = 0;
    int j = 0;
    while (i < result.rank() || j < operand.rank()) {
      int fromI = i;
      int fromJ = j;
      long left = i < result.rank() ? result.dim(i++) : 1;
      long right = j < operand.rank() ? operand.dim(j++) : 1;
      while (left != right) {
        if (left < right) {
          left *= result.dim(i++);
        } else {
          right *= operand.dim(j++);
        }
      }
      indices.addAll(
          group(at.subList(fromI, i), result.subShape(fromI, i), operand.subShape(fromJ, j)));
    }
    return indices;
  }

  private List<Index> group(List<Index> at, Shape result, Shape operand) {
    if (result.rank() == 1 && operand.rank() == 1) {
      return at;
    }
    Index position = Index.constant(0, extents.size());
    long[] strides = result.strides();
    for (int k = 0; k < at.size(); k++) {
      if (result.dim(k) > 1) {
        position = position.plus(at.get(k).times(strides[k]));
      }
    }
    return digits(position, operand);
  }

  /// The axes of `shape` at row-major `position`.
  private List<Index> digits(Index position, Shape shape) {
    long[] strides = shape.strides();
    int wide = 0;
    for (int k = 0; k < shape.rank(); k++) {
      wide += shape.dim(k) > 1 ? 1 : 0;
    }
    List<Index> axes = new ArrayList<>();
    Optional<List<Index>> affine = wide > 1 ? affine(position, shape) : Optional.empty();
    for (int k = 0; k < shape.rank(); k++) {
      if (shape.dim(k) == 1) {
        axes.add(Index.constant(0, extents.size()));
      } else if (wide == 1) {
        axes.add(position);
      } else if (affine.isPresent()) {
        axes.add(affine.get().get(k));
      } else {
        long modulus = strides[k] * shape.dim(k) >= shape.size() ? 0 : shape.dim(k);
        axes.add(Index.computed(new Expr.Quotient(position, strides[k], modulus), extents.size()));
      }
    }
    return axes;
  }

  private Optional<List<Index>> affine(Index position, Shape shape) {
    if (!position.isAffine()) {
      return Optional.empty();
    }
    long[] strides = shape.strides();
    List<Index> axes = new ArrayList<>();
    long rest = position.offset();
    for (int k = 0; k < shape.rank(); k++) {
      List<Long> coefficients = new ArrayList<>(Collections.nCopies(extents.size(), 0L));
      for (int d = 0; d < extents.size(); d++) {
        if (axis(position.coefficient(d), strides, shape) == k) {
          coefficients.set(d, position.coefficient(d) / strides[k]);
        }
      }
      long offset = shape.dim(k) == 1 ? 0 : Math.floorDiv(rest, strides[k]);
      rest -= offset * strides[k];
      axes.add(new Index(offset, coefficients, List.of()));
    }
    return fits(position, axes, shape) && rest == 0 ? Optional.of(axes) : Optional.empty();
  }

  /// The axis on which a step of `coefficient` goes.
  private static int axis(long coefficient, long[] strides, Shape shape) {
    for (int k = 0; k < strides.length; k++) {
      if (coefficient != 0 && shape.dim(k) > 1 && Math.abs(coefficient) >= strides[k]) {
        return coefficient % strides[k] == 0 ? k : -1;
      }
    }
    return -1;
  }

  /// Whether every axis stays in its range, so that these are the digits.
  private boolean fits(Index position, List<Index> axes, Shape shape) {
    long[] strides = shape.strides();
    Index sum = Index.constant(0, extents.size());
    boolean fits = true;
    for (int k = 0; k < axes.size(); k++) {
      Index axis = axes.get(k);
      sum = sum.plus(axis.times(strides[k]));
      if (axis.minimum(extents) < 0 || axis.maximum(extents) >= shape.dim(k)) {
        fits = false;
        want(axis, shape.dim(k));
      }
    }
    return fits && sum.equals(position);
  }

  private void want(Index axis, long size) {
    for (int d = 0; d < extents.size(); d++) {
      long step = axis.coefficient(d);
      if (step > 0 && size % step == 0) {
        long inner = size / step;
        if (inner > 1 && inner < extents.get(d) && extents.get(d) % inner == 0) {
          wanted = Optional.of(new Cut(d, inner));
        }
      }
    }
  }
}
