package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.GemmProblem.Matrices;

/// A matrix whose rows are numbered by several indices, as the positions of an image or the taps
/// and channels of a filter.
///
/// @param sizes of the indices of a row, most significant first
/// @param strides of these indices
/// @param column distance of the columns
record StridedMatrix(DType dtype, List<Long> sizes, List<Long> strides, long columns, long column) {
  StridedMatrix {
    sizes = List.copyOf(sizes);
    strides = List.copyOf(strides);
  }

  static StridedMatrix of(
      DType dtype,
      List<Long> sizes,
      List<Long> strides,
      long innerSize,
      long innerStride,
      long columns,
      long column) {
    List<Long> allSizes = new ArrayList<>(sizes);
    List<Long> allStrides = new ArrayList<>(strides);
    allSizes.add(innerSize);
    allStrides.add(innerStride);
    return new StridedMatrix(dtype, allSizes, allStrides, columns, column);
  }

  long rows() {
    return sizes.stream().reduce(1L, (a, b) -> a * b);
  }

  /// Rows one after the other, columns too.
  Matrices packed() {
    return new Matrices(List.of(), columns, 1);
  }

  private long bytes() {
    return dtype.sizeBytes();
  }

  private long rowBytes() {
    return columns * bytes();
  }

  /// The distance of rows if it is the same for all and columns follow one another; else 0.
  long rowDistance() {
    if (column != 1 && columns > 1) {
      return 0;
    }
    long distance = strides.getLast();
    long next = distance;
    for (int d = sizes.size() - 1; d >= 0; d--) {
      if (sizes.get(d) > 1 && strides.get(d) != next) {
        return 0;
      }
      next *= sizes.get(d);
    }
    return distance >= columns ? distance : 0;
  }

  private long offset(long row) {
    long offset = 0;
    long rest = row;
    for (int d = sizes.size() - 1; d >= 0; d--) {
      offset += rest % sizes.get(d) * strides.get(d);
      rest /= sizes.get(d);
    }
    return offset;
  }

  /// Copies rows `from <= r < to` to dense memory.
  void pack(long matrix, long from, long to, long packed) {
    for (long r = from; r < to; r++) {
      long at = offset(r);
      if (column == 1) {
        Raw.copy(matrix + at * bytes(), packed + (r - from) * rowBytes(), rowBytes());
        continue;
      }
      for (long c = 0; c < columns; c++) {
        double value = Raw.get(dtype, matrix, at + c * column);
        Raw.set(dtype, packed, (r - from) * columns + c, value);
      }
    }
  }

  /// Copies rows `from <= r < to` from dense memory.
  void unpack(long packed, long from, long to, long matrix) {
    for (long r = from; r < to; r++) {
      long at = offset(r);
      if (column == 1) {
        Raw.copy(packed + (r - from) * rowBytes(), matrix + at * bytes(), rowBytes());
        continue;
      }
      for (long c = 0; c < columns; c++) {
        double value = Raw.get(dtype, packed, (r - from) * columns + c);
        Raw.set(dtype, matrix, at + c * column, value);
      }
    }
  }
}
