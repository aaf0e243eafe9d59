package org.ntk4j.ir.eval;

import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.BinaryFn;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;

/// Smooth scalar functions, element by element.
final class ElementwiseOps {
  private ElementwiseOps() {}

  static void apply(Elementwise op, Invocation c) {
    switch (op) {
      case Unary(var fn) -> unary(fn, c.operand(0), c.result());
      case Binary(var fn) -> binary(fn, c.operand(0), c.operand(1), c.result());
      case IntegerPow(int exponent) -> integerPow(exponent, c.operand(0), c.result());
    }
  }

  private static void unary(UnaryFn fn, Operand x, Tensor z) {
    if (z.dtype().isFloating()) {
      Loops.doubles(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = fn.apply(a[i]);
            }
          });
    } else {
      // The shape rule lets integers through for `abs` only.
      Loops.longs(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = Math.abs(a[i]);
            }
          });
    }
  }

  private static void binary(BinaryFn fn, Operand x, Operand y, Tensor z) {
    if (z.dtype().isFloating()) {
      Loops.doubles(x, y, z, onDoubles(fn));
    } else {
      Loops.longs(x, y, z, onLongs(fn));
    }
  }

  private static Loops.Function2<double[], double[]> onDoubles(BinaryFn fn) {
    return switch (fn) {
      case DIV -> Arithmetic.DIV;
      case MAX -> Arithmetic.MAX;
      case MIN -> Arithmetic.MIN;
      case REM, POW, ATAN2 ->
          (x, y, z, n) -> {
            for (int i = 0; i < n; i++) {
              z[i] = fn.apply(x[i], y[i]);
            }
          };
    };
  }

  private static Loops.Function2<long[], long[]> onLongs(BinaryFn fn) {
    return switch (fn) {
      case DIV ->
          (x, y, z, n) -> {
            for (int i = 0; i < n; i++) {
              z[i] = y[i] == 0 ? -1 : x[i] / y[i];
            }
          };
      case REM ->
          (x, y, z, n) -> {
            for (int i = 0; i < n; i++) {
              z[i] = y[i] == 0 ? x[i] : x[i] % y[i];
            }
          };
      case POW ->
          (x, y, z, n) -> {
            for (int i = 0; i < n; i++) {
              z[i] = power(x[i], y[i]);
            }
          };
      case MAX -> Arithmetic.MAX_INTEGERS;
      case MIN -> Arithmetic.MIN_INTEGERS;
      case ATAN2 -> throw new IllegalStateException("bug: atan2 of integers");
    };
  }

  private static void integerPow(int exponent, Operand x, Tensor z) {
    if (z.dtype().isFloating()) {
      Loops.doubles(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = Math.pow(a[i], exponent);
            }
          });
    } else {
      Loops.longs(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = power(a[i], exponent);
            }
          });
    }
  }

  /// `x^n` modulo 2^64; for `n < 0` the integer part of the quotient `1 / x^-n`, −1 if `x` is 0.
  static long power(long x, long n) {
    if (n < 0) {
      return x == 0 ? -1 : x == 1 ? 1 : x == -1 ? ((n & 1) == 0 ? 1 : -1) : 0;
    }
    long result = 1;
    long square = x;
    for (long rest = n; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }
}
