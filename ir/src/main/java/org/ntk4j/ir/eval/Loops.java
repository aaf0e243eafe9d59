package org.ntk4j.ir.eval;

import org.ntk4j.core.Tensor;

/// Loops over all elements of operands of equal shape, in blocks.
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

  static void doubles(Operand x, Tensor z, Doubles1 f) {
    double[] a = new double[Blocks.length(z.size())];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      f.apply(a, a, n);
      Blocks.store(a, z, i, n);
    }
  }

  static void doubles(Operand x, Operand y, Tensor z, Doubles2 f) {
    double[] a = new double[Blocks.length(z.size())];
    double[] b = new double[a.length];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      y.load(i, b, n);
      f.apply(a, b, a, n);
      Blocks.store(a, z, i, n);
    }
  }

  static void longs(Operand x, Tensor z, Longs1 f) {
    long[] a = new long[Blocks.length(z.size())];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      f.apply(a, a, n);
      Blocks.store(a, z, i, n);
    }
  }

  static void longs(Operand x, Operand y, Tensor z, Longs2 f) {
    long[] a = new long[Blocks.length(z.size())];
    long[] b = new long[a.length];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      y.load(i, b, n);
      f.apply(a, b, a, n);
      Blocks.store(a, z, i, n);
    }
  }

  static void toLongs(Operand x, Tensor z, DoublesToLongs f) {
    double[] a = new double[Blocks.length(z.size())];
    long[] c = new long[a.length];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      f.apply(a, c, n);
      Blocks.store(c, z, i, n);
    }
  }

  static void toLongs(Operand x, Operand y, Tensor z, DoublesToLongs2 f) {
    double[] a = new double[Blocks.length(z.size())];
    double[] b = new double[a.length];
    long[] c = new long[a.length];
    for (long i = 0; i < z.size(); i += Blocks.SIZE) {
      int n = Blocks.length(z.size() - i);
      x.load(i, a, n);
      y.load(i, b, n);
      f.apply(a, b, c, n);
      Blocks.store(c, z, i, n);
    }
  }
}
