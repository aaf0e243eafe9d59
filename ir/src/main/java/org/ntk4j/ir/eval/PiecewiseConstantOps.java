package org.ntk4j.ir.eval;

import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.FloatClass;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.LogicFn;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StepFn;
import org.ntk4j.ir.op.StopGradient;

/// Comparisons, logic, casts and sources.
final class PiecewiseConstantOps {
  private PiecewiseConstantOps() {}

  static void apply(PiecewiseConstant op, Invocation c) {
    switch (op) {
      case Compare(var kind) -> compare(kind, c.operand(0), c.operand(1), c.result());
      case Logic(var fn) -> logic(fn, c);
      case Step(var fn) -> step(fn, c.operand(0), c.result());
      case Classify(var kind) -> classify(kind, c.operand(0), c.result());
      case ArgExtremum arg -> AxisOps.argExtremum(arg, c.tensor(0), c.result());
      case Iota(_, int axis, _) -> iota(axis, c.result());
      case Constant(var value) -> Copies.copy(value, c.result());
      case Cast _ -> cast(c.operand(0), c.result());
      case RandomBits _ -> randomBits(c.tensor(0).getLong(0), c.result());
      case StopGradient _ -> Copies.copy(c.tensor(0), c.result());
    }
  }

  private static void compare(Comparison kind, Operand x, Operand y, Tensor z) {
    if (x.dtype().isFloating()) {
      Loops.toLongs(
          x,
          y,
          z,
          (a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              c[i] = holds(kind, a[i], b[i]) ? 1 : 0;
            }
          });
    } else {
      Loops.longs(
          x,
          y,
          z,
          (a, b, c, n) -> {
            for (int i = 0; i < n; i++) {
              c[i] = holds(kind, a[i], b[i]) ? 1 : 0;
            }
          });
    }
  }

  private static boolean holds(Comparison kind, double x, double y) {
    return switch (kind) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  private static boolean holds(Comparison kind, long x, long y) {
    return switch (kind) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  private static void logic(LogicFn fn, Invocation c) {
    Operand x = c.operand(0);
    boolean bool = x.dtype() == DType.BOOL;
    switch (fn) {
      case NOT ->
          Loops.longs(
              x,
              c.result(),
              (a, b, n) -> {
                for (int i = 0; i < n; i++) {
                  b[i] = bool ? 1 - a[i] : ~a[i];
                }
              });
      case AND ->
          Loops.longs(
              x,
              c.operand(1),
              c.result(),
              (a, b, d, n) -> {
                for (int i = 0; i < n; i++) {
                  d[i] = a[i] & b[i];
                }
              });
      case OR ->
          Loops.longs(
              x,
              c.operand(1),
              c.result(),
              (a, b, d, n) -> {
                for (int i = 0; i < n; i++) {
                  d[i] = a[i] | b[i];
                }
              });
      case XOR ->
          Loops.longs(
              x,
              c.operand(1),
              c.result(),
              (a, b, d, n) -> {
                for (int i = 0; i < n; i++) {
                  d[i] = a[i] ^ b[i];
                }
              });
    }
  }

  private static void step(StepFn fn, Operand x, Tensor z) {
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
      Loops.longs(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = fn == StepFn.SIGN ? Long.signum(a[i]) : a[i];
            }
          });
    }
  }

  private static void classify(FloatClass kind, Operand x, Tensor z) {
    Loops.toLongs(
        x,
        z,
        (a, b, n) -> {
          for (int i = 0; i < n; i++) {
            b[i] = is(kind, a[i]) ? 1 : 0;
          }
        });
  }

  private static boolean is(FloatClass kind, double x) {
    return switch (kind) {
      case IS_FINITE -> Double.isFinite(x);
      case IS_NAN -> Double.isNaN(x);
      case IS_INF -> Double.isInfinite(x);
    };
  }

  private static void iota(int axis, Tensor y) {
    long[] strides = y.shape().strides();
    long stride = strides[axis];
    long dim = y.shape().dim(axis);
    for (long i = 0; i < y.size(); i++) {
      y.setLong(i, i / stride % dim);
    }
  }

  private static void cast(Operand x, Tensor z) {
    if (x.dtype().isFloating()) {
      toIntegers(x, z);
    } else if (z.dtype().isFloating()) {
      toFloating(x, z);
    } else {
      Loops.longs(
          x,
          z,
          (a, b, n) -> {
            for (int i = 0; i < n; i++) {
              b[i] = z.dtype() == DType.BOOL && a[i] != 0 ? 1 : a[i];
            }
          });
    }
  }

  private static void toIntegers(Operand x, Tensor z) {
    switch (z.dtype()) {
      case BOOL ->
          Loops.toLongs(
              x,
              z,
              (a, b, n) -> {
                for (int i = 0; i < n; i++) {
                  b[i] = a[i] != 0 ? 1 : 0;
                }
              });
      case I32 ->
          Loops.toLongs(
              x,
              z,
              (a, b, n) -> {
                for (int i = 0; i < n; i++) {
                  b[i] = (int) a[i];
                }
              });
      case I64 ->
          Loops.toLongs(
              x,
              z,
              (a, b, n) -> {
                for (int i = 0; i < n; i++) {
                  b[i] = (long) a[i];
                }
              });
      case F32, F64 -> MultilinearOps.convert(x, z);
    }
  }

  /// Rounds once: by way of `double`, a large `i64` would be rounded to `f32` twice.
  private static void toFloating(Operand x, Tensor z) {
    boolean narrow = z.dtype() == DType.F32;
    Loops.toDoubles(
        x,
        z,
        (a, b, n) -> {
          for (int i = 0; i < n; i++) {
            b[i] = narrow ? (float) a[i] : (double) a[i];
          }
        });
  }

  private static void randomBits(long key, Tensor y) {
    for (long i = 0; i < y.size(); i++) {
      long bits = RandomKey.bits(key, i);
      y.setLong(i, y.dtype() == DType.I32 ? bits >> 32 : bits);
    }
  }
}
