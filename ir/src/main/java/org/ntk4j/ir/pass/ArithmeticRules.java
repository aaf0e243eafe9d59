package org.ntk4j.ir.pass;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Unary;

/// Rules of arithmetic.
final class ArithmeticRules {
  private ArithmeticRules() {}

  static Optional<Atom> elementwise(List<Atom> in, Elementwise op) {
    return switch (op) {
      case Binary(BinaryFn fn) -> over(fn, in);
      case IntegerPow(int exponent) -> firstPower(exponent, in.getFirst());
      case Unary _ -> Optional.empty();
    };
  }

  /// Rules of the multilinear primitives that treat all elements alike.
  static Optional<Atom> linear(Rewriter r, Multilinear op, List<Atom> in) {
    Atom x = in.getFirst();
    if (op instanceof Add) {
      return plusZero(x, in.get(1)).or(() -> plusNegative(r, x, in.get(1)));
    }
    if (op instanceof Sub) {
      return minusZero(r, x, in.get(1)).or(() -> minusNegative(r, x, in.get(1)));
    }
    if (op instanceof Mul) {
      return timesUnit(r, x, in.get(1))
          .or(() -> timesZero(r, x, in.get(1)))
          .or(() -> timesNegatives(r, x, in.get(1)));
    }
    if (op instanceof Neg) {
      return negated(r, x);
    }
    if (op instanceof Select) {
      return chosen(x, in.get(1), in.get(2));
    }
    return op instanceof Convert(DType to) ? converted(r, x, to) : Optional.empty();
  }

  private static boolean is(Atom x, double value) {
    return x instanceof Literal literal && literal.is(value);
  }

  /// `x / 1 = x`, `x^1 = x`.
  private static Optional<Atom> over(BinaryFn fn, List<Atom> in) {
    boolean one = is(in.get(1), 1) && (fn == BinaryFn.DIV || fn == BinaryFn.POW);
    return one ? Optional.of(in.getFirst()) : Optional.empty();
  }

  /// `x^1 = x`.
  private static Optional<Atom> firstPower(int exponent, Atom x) {
    return exponent == 1 ? Optional.of(x) : Optional.empty();
  }

  /// `x + 0 = 0 + x = x`.
  private static Optional<Atom> plusZero(Atom x, Atom y) {
    if (is(y, 0)) {
      return Optional.of(x);
    }
    return is(x, 0) ? Optional.of(y) : Optional.empty();
  }

  /// `x + (-y) = x - y`, `(-x) + y = y - x`.
  private static Optional<Atom> plusNegative(Rewriter r, Atom x, Atom y) {
    return r.match(y, Neg.class)
        .map(_ -> r.emit(new Sub(), x, r.operand(y, 0)))
        .or(() -> r.match(x, Neg.class).map(_ -> r.emit(new Sub(), y, r.operand(x, 0))));
  }

  /// `x - 0 = x`, `0 - y = -y`.
  private static Optional<Atom> minusZero(Rewriter r, Atom x, Atom y) {
    if (is(y, 0)) {
      return Optional.of(x);
    }
    return is(x, 0) ? Optional.of(r.emit(new Neg(), y)) : Optional.empty();
  }

  /// `x - (-y) = x + y`.
  private static Optional<Atom> minusNegative(Rewriter r, Atom x, Atom y) {
    return r.match(y, Neg.class).map(_ -> r.emit(new Add(), x, r.operand(y, 0)));
  }

  /// `1 x = x`, `-1 x = -x`.
  private static Optional<Atom> timesUnit(Rewriter r, Atom x, Atom y) {
    if (is(y, 1) || is(x, 1)) {
      return Optional.of(is(y, 1) ? x : y);
    }
    return is(y, -1) || is(x, -1)
        ? Optional.of(r.emit(new Neg(), is(y, -1) ? x : y))
        : Optional.empty();
  }

  /// `0 x = 0` for `x` that is surely finite: `0 ∞` and `0 NaN` are NaN.
  private static Optional<Atom> timesZero(Rewriter r, Atom x, Atom y) {
    if (is(y, 0) && finite(r, x)) {
      return Optional.of(y);
    }
    return is(x, 0) && finite(r, y) ? Optional.of(x) : Optional.empty();
  }

  /// Whether all elements of `x` are finite whatever the inputs.
  private static boolean finite(Rewriter r, Atom x) {
    if (!x.aval().isFloating()) {
      return true;
    }
    if (x instanceof Literal literal) {
      return Double.isFinite(literal.value());
    }
    boolean moved =
        r.match(x, Broadcast.class).isPresent()
            || r.match(x, Reshape.class).isPresent()
            || r.match(x, Transpose.class).isPresent();
    return r.match(x, Iota.class).isPresent()
        || r.match(x, Cast.class).isPresent()
        || moved && finite(r, r.operand(x, 0));
  }

  /// `(-x) (-y) = x y`.
  private static Optional<Atom> timesNegatives(Rewriter r, Atom x, Atom y) {
    return r.match(x, Neg.class)
        .flatMap(_ -> r.match(y, Neg.class))
        .map(_ -> r.emit(new Mul(), r.operand(x, 0), r.operand(y, 0)));
  }

  /// `-(-x) = x`, `-(x - y) = y - x`.
  private static Optional<Atom> negated(Rewriter r, Atom x) {
    return r.match(x, Neg.class)
        .map(_ -> r.operand(x, 0))
        .or(() ->
            r.match(x, Sub.class).map(_ -> r.emit(new Sub(), r.operand(x, 1), r.operand(x, 0))));
  }

  /// `true ? x : y = x`, `false ? x : y = y`, `p ? x : x = x`.
  private static Optional<Atom> chosen(Atom p, Atom x, Atom y) {
    if (p instanceof Literal literal) {
      return Optional.of(literal.bits() != 0 ? x : y);
    }
    return x.equals(y) ? Optional.of(x) : Optional.empty();
  }

  /// To its own dtype; `f32 → f64 → f32` is the identity.
  private static Optional<Atom> converted(Rewriter r, Atom x, DType to) {
    if (x.aval().dtype() == to) {
      return Optional.of(x);
    }
    return r.match(x, Convert.class)
        .filter(widened -> widened.to().sizeBytes() > to.sizeBytes())
        .map(_ -> r.operand(x, 0))
        .filter(source -> source.aval().dtype() == to);
  }
}
