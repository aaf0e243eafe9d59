package org.ntk4j.onnx;

import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// Tensors as constants of a program.
final class Constants {
  /// Up to here every `i64` is exact as a `double`.
  private static final long EXACT = 1L << 53;

  private Constants() {}

  /// `tensor` in the program of `anchor`: a literal if all elements are equal.
  static Value materialize(Value anchor, Tensor tensor) {
    return uniform(tensor)
        ? anchor.full(tensor.dtype(), tensor.shape(), tensor.getDouble(0))
        : anchor.constant(tensor);
  }

  private static boolean uniform(Tensor x) {
    if (x.size() == 0) {
      return false;
    }
    if (!x.dtype().isFloating()) {
      long first = x.getLong(0);
      boolean equal = -EXACT < first && first < EXACT;
      for (long i = 1; equal && i < x.size(); i++) {
        equal = x.getLong(i) == first;
      }
      return equal;
    }
    long first = Double.doubleToRawLongBits(x.getDouble(0));
    for (long i = 1; i < x.size(); i++) {
      if (Double.doubleToRawLongBits(x.getDouble(i)) != first) {
        return false;
      }
    }
    return true;
  }
}
