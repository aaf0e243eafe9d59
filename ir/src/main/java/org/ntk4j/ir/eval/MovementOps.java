package org.ntk4j.ir.eval;

import java.util.Arrays;
import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.Slice;

/// Operations that move elements: each is a copy between two strided views.
final class MovementOps {
  private MovementOps() {}

  private static long[] dims(Tensor x) {
    long[] dims = new long[x.rank()];
    Arrays.setAll(dims, x.shape()::dim);
    return dims;
  }

  static void broadcast(Operand operand, List<Integer> axes, Tensor y, Invocation c) {
    if (operand instanceof Operand.Filled(var literal)) {
      Blocks.fill(y, literal.bits());
      return;
    }
    Tensor x = c.tensor(0);
    int[] from = new int[y.rank()];
    Arrays.fill(from, -1);
    for (int k = 0; k < axes.size(); k++) {
      from[axes.get(k)] = k;
    }
    Copies.copy(dims(y), x, View.of(x.shape()).select(from), y, View.of(y.shape()));
  }

  static void transpose(Tensor x, List<Integer> permutation, Tensor y) {
    int[] from = permutation.stream().mapToInt(Integer::intValue).toArray();
    Copies.copy(dims(y), x, View.of(x.shape()).select(from), y, View.of(y.shape()));
  }

  static void slice(Slice op, Tensor x, Tensor y) {
    View from = View.of(x.shape());
    for (int k = 0; k < x.rank(); k++) {
      from = from.from(k, op.start().get(k), op.stride().get(k));
    }
    Copies.copy(dims(y), x, from, y, View.of(y.shape()));
  }

  static void dynamicSlice(Tensor x, Tensor start, Tensor y) {
    Copies.copy(dims(y), x, block(x, start, y), y, View.of(y.shape()));
  }

  static void dynamicUpdateSlice(Tensor x, Tensor u, Tensor start, Tensor y) {
    Copies.copy(x, y);
    Copies.copy(dims(u), u, View.of(u.shape()), y, block(y, start, u));
  }

  /// The block of the size of `part` at `start`, moved so that it fits into `whole`.
  private static View block(Tensor whole, Tensor start, Tensor part) {
    View view = View.of(whole.shape());
    for (int k = 0; k < whole.rank(); k++) {
      long last = whole.shape().dim(k) - part.shape().dim(k);
      view = view.from(k, Math.clamp(start.getLong(k), 0, last), 1);
    }
    return view;
  }

  static void pad(Pad op, Tensor x, Tensor value, Tensor y) {
    long bits =
        value.dtype().isFloating()
            ? Double.doubleToRawLongBits(value.getDouble(0))
            : value.getLong(0);
    Blocks.fill(y, bits);
    long[] dims = dims(x);
    View from = View.of(x.shape());
    View to = View.of(y.shape());
    for (int k = 0; k < x.rank(); k++) {
      long step = op.interior().get(k) + 1;
      long lo = op.lo().get(k);
      // Elements first..end-1 land inside: 0 <= lo + step * i < size.
      long first = lo >= 0 ? 0 : Math.ceilDiv(-lo, step);
      long end = Math.min(dims[k], Math.ceilDiv(y.shape().dim(k) - lo, step));
      dims[k] = Math.max(0, end - first);
      from = from.from(k, first, 1);
      to = to.from(k, lo + step * first, step);
    }
    Copies.copy(dims, x, from, y, to);
  }

  static void concatenate(int axis, List<Tensor> parts, Tensor y) {
    long start = 0;
    for (Tensor x : parts) {
      Copies.copy(dims(x), x, View.of(x.shape()), y, View.of(y.shape()).from(axis, start, 1));
      start += x.shape().dim(axis);
    }
  }

  static void reverse(Tensor x, List<Integer> axes, Tensor y) {
    View from = View.of(x.shape());
    for (int axis : axes) {
      from = from.from(axis, x.shape().dim(axis) - 1, -1);
    }
    Copies.copy(dims(y), x, from, y, View.of(y.shape()));
  }
}
