package org.ntk4j.ir.eval;

import org.ntk4j.ir.eval.Loops.Function2;

/// The four operations, largest and smallest, on arrays: `z[i] = x[i] ∘ y[i]`.
final class Arithmetic {
  private Arithmetic() {}

  static final Function2<double[], double[]> ADD =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] + y[i];
        }
      };

  static final Function2<double[], double[]> SUB =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] - y[i];
        }
      };

  static final Function2<double[], double[]> MUL =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] * y[i];
        }
      };

  static final Function2<double[], double[]> DIV =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] / y[i];
        }
      };

  static final Function2<double[], double[]> MAX =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.max(x[i], y[i]);
        }
      };

  static final Function2<double[], double[]> MIN =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.min(x[i], y[i]);
        }
      };

  static final Function2<long[], long[]> ADD_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] + y[i];
        }
      };

  static final Function2<long[], long[]> SUB_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] - y[i];
        }
      };

  static final Function2<long[], long[]> MUL_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = x[i] * y[i];
        }
      };

  static final Function2<long[], long[]> MAX_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.max(x[i], y[i]);
        }
      };

  static final Function2<long[], long[]> MIN_INTEGERS =
      (x, y, z, n) -> {
        for (int i = 0; i < n; i++) {
          z[i] = Math.min(x[i], y[i]);
        }
      };
}
