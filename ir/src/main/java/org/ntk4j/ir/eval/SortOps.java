package org.ntk4j.ir.eval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Sort;

/// Sorting along an axis: lines are sorted as lists of positions, which are then read out.
final class SortOps {
  private SortOps() {}

  static void sort(Sort op, List<Tensor> x, List<Tensor> y) {
    Shape shape = x.getFirst().shape();
    long inner = shape.subShape(op.axis() + 1, shape.rank()).size();
    int length = Math.toIntExact(shape.dim(op.axis()));
    long lines = length == 0 ? 0 : shape.size() / length;
    Integer[] order = new Integer[length];
    for (long line = 0; line < lines; line++) {
      long start = line / inner * length * inner + line % inner;
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, byKeys(op, x, start, inner));
      for (int k = 0; k < x.size(); k++) {
        for (int i = 0; i < length; i++) {
          copyElement(x.get(k), start + order[i] * inner, y.get(k), start + i * inner);
        }
      }
    }
  }

  /// The `k` largest along the last axis, NaN largest of all, and where they were.
  static void topK(int k, Tensor x, Tensor values, Tensor indices) {
    int length = Math.toIntExact(x.shape().dim(x.rank() - 1));
    long lines = length == 0 ? 0 : x.size() / length;
    Integer[] order = new Integer[length];
    for (long line = 0; line < lines; line++) {
      long start = line * length;
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (i, j) -> compare(x, start + j, start + i));
      for (int i = 0; i < k; i++) {
        copyElement(x, start + order[i], values, line * k + i);
        indices.setLong(line * k + i, order[i]);
      }
    }
  }

  private static Comparator<Integer> byKeys(Sort op, List<Tensor> x, long start, long stride) {
    List<Tensor> keys = x.subList(0, op.keys());
    return (i, j) -> {
      for (Tensor key : keys) {
        int c = compareNanLast(key, start + i * stride, start + j * stride, op.descending());
        if (c != 0) {
          return c;
        }
      }
      return 0;
    };
  }

  private static int compareNanLast(Tensor x, long i, long j, boolean descending) {
    boolean nans =
        x.dtype().isFloating() && (Double.isNaN(x.getDouble(i)) || Double.isNaN(x.getDouble(j)));
    return descending && !nans ? compare(x, j, i) : compare(x, i, j);
  }

  /// Zeros of both signs are equal, NaN is larger than every number.
  private static int compare(Tensor x, long i, long j) {
    if (!x.dtype().isFloating()) {
      return Long.compare(x.getLong(i), x.getLong(j));
    }
    // Adding 0 turns -0 into +0.
    return Double.compare(x.getDouble(i) + 0.0, x.getDouble(j) + 0.0);
  }

  private static void copyElement(Tensor x, long from, Tensor y, long to) {
    if (x.dtype().isFloating()) {
      y.setDouble(to, x.getDouble(from));
    } else {
      y.setLong(to, x.getLong(from));
    }
  }
}
