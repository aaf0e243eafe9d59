package org.ntk4j.ir.eval;

import org.ntk4j.core.DType;
import org.ntk4j.ir.op.Extremum;

/// An associative operation with a neutral element; NaN wins against every number.
enum Fold {
  SUM(Arithmetic.ADD, Arithmetic.ADD_INTEGERS),
  PROD(Arithmetic.MUL, Arithmetic.MUL_INTEGERS),
  MAX(Arithmetic.MAX, Arithmetic.MAX_INTEGERS),
  MIN(Arithmetic.MIN, Arithmetic.MIN_INTEGERS);

  private final Loops.Function2<double[], double[]> doubles;
  private final Loops.Function2<long[], long[]> longs;

  Fold(Loops.Function2<double[], double[]> doubles, Loops.Function2<long[], long[]> longs) {
    this.doubles = doubles;
    this.longs = longs;
  }

  static Fold of(Extremum kind) {
    return switch (kind) {
      case MAX -> MAX;
      case MIN -> MIN;
    };
  }

  /// The neutral element among floating-point numbers.
  double neutral() {
    return switch (this) {
      case SUM -> 0;
      case PROD -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /// The neutral element of an integer or boolean dtype.
  long neutral(DType dtype) {
    return switch (this) {
      case SUM -> 0;
      case PROD -> 1;
      case MAX -> dtype == DType.I64 ? Long.MIN_VALUE : dtype == DType.I32 ? Integer.MIN_VALUE : 0;
      case MIN -> dtype == DType.I64 ? Long.MAX_VALUE : dtype == DType.I32 ? Integer.MAX_VALUE : 1;
    };
  }

  /// `total[i] = total[i] ∘ x[i]` for `i < n`.
  void accumulate(double[] total, double[] x, int n) {
    doubles.apply(total, x, total, n);
  }

  /// `total[i] = total[i] ∘ x[i]` for `i < n`.
  void accumulate(long[] total, long[] x, int n) {
    longs.apply(total, x, total, n);
  }

  /// `a ∘ b`.
  double combine(double a, double b) {
    return switch (this) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /// `a ∘ b`.
  long combine(long a, long b) {
    return switch (this) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /// `start ∘ x[0] ∘ … ∘ x[n-1]`.
  double total(double start, double[] x, int n) {
    double total = start;
    for (int i = 0; i < n; i++) {
      total = combine(total, x[i]);
    }
    return total;
  }

  /// `start ∘ x[0] ∘ … ∘ x[n-1]`.
  long total(long start, long[] x, int n) {
    long total = start;
    for (int i = 0; i < n; i++) {
      total = combine(total, x[i]);
    }
    return total;
  }
}
