package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Tensor;

/// Loops over all elements of operands of equal shape, in blocks, on several threads if there are
/// many.
///
/// A function works on arrays so that its own loop is compiled for itself alone.
final class Loops {
  private Loops() {}

  /// `z[i] = f(x[i])` for `i < n`; `z` may be `x`.
  @FunctionalInterface
  interface Doubles1 {
    void apply(double[] x, double[] z, int n);
  }

  /// `z[i] = f(x[i], y[i])` for `i < n`; `z` may be `x` or `y`.
  @FunctionalInterface
  interface Doubles2 {
    void apply(double[] x, double[] y, double[] z, int n);
  }

  /// `z[i] = f(x[i])` for `i < n`; `z` may be `x`.
  @FunctionalInterface
  interface Longs1 {
    void apply(long[] x, long[] z, int n);
  }

  /// `z[i] = f(x[i], y[i])` for `i < n`; `z` may be `x` or `y`.
  @FunctionalInterface
  interface Longs2 {
    void apply(long[] x, long[] y, long[] z, int n);
  }

  /// `z[i] = f(x[i])` from integer or boolean to floating point.
  @FunctionalInterface
  interface LongsToDoubles {
    void apply(long[] x, double[] z, int n);
  }

  /// `z[i] = f(x[i])` from floating point to integer or boolean.
  @FunctionalInterface
  interface DoublesToLongs {
    void apply(double[] x, long[] z, int n);
  }

  /// `z[i] = f(x[i], y[i])` from floating point to integer or boolean.
  @FunctionalInterface
  interface DoublesToLongs2 {
    void apply(double[] x, double[] y, long[] z, int n);
  }

  private static void parallel(Tensor z, Parallel.Range work, Operand... operands) {
    List<Tensor> tensors = new ArrayList<>(operands.length + 1);
    tensors.add(z);
    for (Operand x : operands) {
      if (x instanceof Operand.Stored(var tensor)) {
        tensors.add(tensor);
      }
    }
    Parallel.blocks(z.size(), tensors, work);
  }

  static void doubles(Operand x, Tensor z, Doubles1 f) {
    parallel(
        z,
        (from, to) -> {
          double[] a = new double[Blocks.length(to - from)];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            f.apply(a, a, n);
            Blocks.store(a, z, i, n);
          }
        },
        x);
  }

  static void doubles(Operand x, Operand y, Tensor z, Doubles2 f) {
    parallel(
        z,
        (from, to) -> {
          double[] a = new double[Blocks.length(to - from)];
          double[] b = new double[a.length];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            y.load(i, b, n);
            f.apply(a, b, a, n);
            Blocks.store(a, z, i, n);
          }
        },
        x,
        y);
  }

  static void longs(Operand x, Tensor z, Longs1 f) {
    parallel(
        z,
        (from, to) -> {
          long[] a = new long[Blocks.length(to - from)];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            f.apply(a, a, n);
            Blocks.store(a, z, i, n);
          }
        },
        x);
  }

  static void longs(Operand x, Operand y, Tensor z, Longs2 f) {
    parallel(
        z,
        (from, to) -> {
          long[] a = new long[Blocks.length(to - from)];
          long[] b = new long[a.length];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            y.load(i, b, n);
            f.apply(a, b, a, n);
            Blocks.store(a, z, i, n);
          }
        },
        x,
        y);
  }

  static void toDoubles(Operand x, Tensor z, LongsToDoubles f) {
    parallel(
        z,
        (from, to) -> {
          long[] a = new long[Blocks.length(to - from)];
          double[] c = new double[a.length];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            f.apply(a, c, n);
            Blocks.store(c, z, i, n);
          }
        },
        x);
  }

  static void toLongs(Operand x, Tensor z, DoublesToLongs f) {
    parallel(
        z,
        (from, to) -> {
          double[] a = new double[Blocks.length(to - from)];
          long[] c = new long[a.length];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            f.apply(a, c, n);
            Blocks.store(c, z, i, n);
          }
        },
        x);
  }

  static void toLongs(Operand x, Operand y, Tensor z, DoublesToLongs2 f) {
    parallel(
        z,
        (from, to) -> {
          double[] a = new double[Blocks.length(to - from)];
          double[] b = new double[a.length];
          long[] c = new long[a.length];
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            x.load(i, a, n);
            y.load(i, b, n);
            f.apply(a, b, c, n);
            Blocks.store(c, z, i, n);
          }
        },
        x,
        y);
  }

  /// `z[i] = p[i] ? x[i] : y[i]`.
  static void select(Operand p, Operand x, Operand y, Tensor z) {
    parallel(
        z,
        (from, to) -> {
          if (z.dtype().isFloating()) {
            selectDoubles(p, x, y, z, from, to);
          } else {
            selectLongs(p, x, y, z, from, to);
          }
        },
        p,
        x,
        y);
  }

  private static void selectDoubles(Operand p, Operand x, Operand y, Tensor z, long from, long to) {
    long[] c = new long[Blocks.length(to - from)];
    double[] a = new double[c.length];
    double[] b = new double[c.length];
    for (long i = from; i < to; i += Blocks.SIZE) {
      int n = Blocks.length(to - i);
      p.load(i, c, n);
      x.load(i, a, n);
      y.load(i, b, n);
      for (int k = 0; k < n; k++) {
        a[k] = c[k] != 0 ? a[k] : b[k];
      }
      Blocks.store(a, z, i, n);
    }
  }

  private static void selectLongs(Operand p, Operand x, Operand y, Tensor z, long from, long to) {
    long[] c = new long[Blocks.length(to - from)];
    long[] a = new long[c.length];
    long[] b = new long[c.length];
    for (long i = from; i < to; i += Blocks.SIZE) {
      int n = Blocks.length(to - i);
      p.load(i, c, n);
      x.load(i, a, n);
      y.load(i, b, n);
      for (int k = 0; k < n; k++) {
        a[k] = c[k] != 0 ? a[k] : b[k];
      }
      Blocks.store(a, z, i, n);
    }
  }
}
