package org.ntk4j.ir.eval;

import org.ntk4j.ir.eval.Loops.Doubles2;
import org.ntk4j.ir.eval.Loops.Longs2;

/// The four operations, largest and smallest, on arrays: `z[i] = x[i] ∘ y[i]`.
final class Arithmetic {
  private Arithmetic() {}

  static final Doubles2 ADD =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] + y[i];
        }
      };

  static final Doubles2 SUB =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] - y[i];
        }
      };

  static final Doubles2 MUL =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] * y[i];
        }
      };

  static final Doubles2 DIV =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] / y[i];
        }
      };

  static final Doubles2 MAX =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.max(x[i], y[i]);
        }
      };

  static final Doubles2 MIN =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.min(x[i], y[i]);
        }
      };

  static final Longs2 ADD_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] + y[i];
        }
      };

  static final Longs2 SUB_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] - y[i];
        }
      };

  static final Longs2 MUL_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] * y[i];
        }
      };

  static final Longs2 MAX_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.max(x[i], y[i]);
        }
      };

  static final Longs2 MIN_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.min(x[i], y[i]);
        }
      };
}
