package org.ntk4j.ir;

import org.ntk4j.core.DType;

/// An operand: a variable bound by an input or an equation, or a literal.
public sealed interface Atom {

  /// Dtype and shape of the value.
  Aval aval();

  /// A binder. Two variables are equal only if they are the same object; names exist in text only.
  final class Var implements Atom {
    private final Aval aval;

    /// A fresh variable.
    public Var(Aval aval) {
      this.aval = aval;
    }

    @Override
    public Aval aval() {
      return aval;
    }

    @Override
    public String toString() {
      return "?:" + aval;
    }
  }

  /// A tensor filled with one value.
  ///
  /// @param bits the value: the bits of a `double` for a floating-point dtype, the integer itself
  ///   for an integer dtype, 0 or 1 for a boolean
  record Literal(Aval aval, long bits) implements Atom {
    /// Rounds to the dtype, so that equal values have equal bits; there is one NaN.
    public Literal {
      bits =
          switch (aval.dtype()) {
            case F32 -> Double.doubleToLongBits((float) Double.longBitsToDouble(bits));
            case F64 -> Double.doubleToLongBits(Double.longBitsToDouble(bits));
            case I32 -> (int) bits;
            case I64 -> bits;
            case BOOL -> bits == 0 ? 0 : 1;
          };
    }

    /// `value` converted to the dtype of `aval`, everywhere.
    public static Literal of(double value, Aval aval) {
      if (aval.dtype().isFloating()) {
        return new Literal(aval, Double.doubleToRawLongBits(value));
      }
      return new Literal(aval, aval.dtype() == DType.BOOL ? (value != 0 ? 1 : 0) : (long) value);
    }

    /// The value as a `double`.
    public double value() {
      return aval.dtype().isFloating() ? Double.longBitsToDouble(bits) : bits;
    }

    /// Whether every element equals `number`.
    public boolean is(double number) {
      return value() == number;
    }
  }
}
