package org.ntk4j.ir.schedule;

import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Elements of tensors by their number in memory.
final class FlatTensors {
  private FlatTensors() {}

  static Tensor flat(Tensor x) {
    return x.reshape(Shape.of(x.size()));
  }

  static void copy(Tensor from, long at, Tensor to, long where, long n) {
    for (long i = 0; i < n; i++) {
      if (from.dtype().isFloating()) {
        to.setDouble(where + i, from.getDouble(at + i));
      } else {
        to.setLong(where + i, from.getLong(at + i));
      }
    }
  }

  static void fill(Tensor x, DType dtype, long bits) {
    for (long i = 0; i < x.size(); i++) {
      if (dtype.isFloating()) {
        x.setDouble(i, Double.longBitsToDouble(bits));
      } else {
        x.setLong(i, bits);
      }
    }
  }
}
