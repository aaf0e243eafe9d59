package org.ntk4j.ir.trace;

import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// Operands brought to a common shape.
final class Constants {
  private Constants() {}

  /// Two operands of equal aval.
  record Pair(Value x, Value y) {}

  /// `number` with the dtype and shape of `x`.
  static Value like(String what, Value x, double number) {
    return of(what, x, x.dtype(), x.shape(), number);
  }

  /// `number` as a scalar of the dtype of `x`.
  static Value scalar(String what, Value x, double number) {
    return of(what, x, x.dtype(), Shape.SCALAR, number);
  }

  private static Value of(String what, Value x, DType dtype, Shape shape, double number) {
    boolean fits =
        switch (dtype) {
          case F32, F64 -> true;
          case I32 -> number == (int) number;
          case I64 -> number == (long) number;
          case BOOL -> number == 0 || number == 1;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          what + ": the constant " + number + " is not a value of dtype " + dtype);
    }
    return x.full(dtype, shape, number);
  }

  /// `x` and `y` broadcast to their common shape; their dtypes must agree.
  static Pair broadcast(String what, Value x, Value y) {
    if (x.dtype() != y.dtype()) {
      throw new IllegalArgumentException(
          "%s: the operands have dtypes %s and %s; cast one of them"
              .formatted(what, x.dtype(), y.dtype()));
    }
    return broadcastShapes(what, x, y);
  }

  /// `x` and `y` broadcast to their common shape, whatever their dtypes.
  static Pair broadcastShapes(String what, Value x, Value y) {
    if (x.shape().equals(y.shape())) {
      return new Pair(x, y);
    }
    Shape shape = common(what, x.aval(), y.aval());
    return new Pair(x.broadcastTo(shape), y.broadcastTo(shape));
  }

  /// NumPy's broadcasting rule: axes align at the end; a missing axis or one of size 1 repeats.
  static Shape common(String what, Aval x, Aval y) {
    int rank = Math.max(x.rank(), y.rank());
    long[] dims = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long a = i <= x.rank() ? x.dim(x.rank() - i) : 1;
      long b = i <= y.rank() ? y.dim(y.rank() - i) : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            "%s: shapes %s and %s do not broadcast: sizes %d and %d at axis -%d"
                .formatted(what, x.shape(), y.shape(), a, b, i));
      }
      dims[rank - i] = a == 1 ? b : a;
    }
    return Shape.of(dims);
  }
}
