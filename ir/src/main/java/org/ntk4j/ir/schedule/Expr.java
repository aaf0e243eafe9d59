package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Primitive;

/// A scalar computed in the innermost iteration of a loop nest. Expressions form a graph: one
/// object that is used twice is computed once where the first use dominates the second.
public sealed interface Expr {
  /// Its dtype.
  DType dtype();

  /// Element `at` of the buffer in `slot` of the nest.
  record Load(int slot, DType dtype, Index at) implements Expr {}

  /// A number.
  ///
  /// @param bits as in a literal: of a `double` for a floating-point dtype, the integer itself else
  record Constant(DType dtype, long bits) implements Expr {}

  /// `value` as a number of a numeric dtype.
  record Position(DType dtype, Index value) implements Expr {}

  /// `floor(value / divisor) mod modulus` as an `i64`; a modulus of 0 stands for none. `value` is
  /// not negative.
  record Quotient(Index value, long divisor, long modulus) implements Expr {
    @Override
    public DType dtype() {
      return DType.I64;
    }
  }

  /// An elementwise primitive applied to scalars: smooth or binary functions, arithmetic, `select`,
  /// conversions, comparisons, logic.
  record Apply(Primitive op, DType dtype, List<Expr> operands) implements Expr {
    public Apply {
      operands = List.copyOf(operands);
    }
  }

  /// `inside` if all bounds hold, else `outside`. What is read by `inside` exists only then.
  record Guarded(List<Bound> bounds, Expr inside, Expr outside) implements Expr {
    public Guarded {
      bounds = List.copyOf(bounds);
    }

    @Override
    public DType dtype() {
      return inside.dtype();
    }
  }

  /// `from <= value < to`, and `value - from` is a multiple of `step`.
  record Bound(Index value, long from, long to, long step) {}
}
