package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.ntk4j.core.Tensor;

/// Loops over all elements of operands of equal shape, in blocks, on several threads if there are
/// many.
///
/// A function works on arrays so that its own loop is compiled for itself alone.
final class Loops {
  private static final Kind<double[]> DOUBLES =
      new Kind<>(n -> new double[Blocks.length(n)], Operand::load, Blocks::store);

  private static final Kind<long[]> LONGS =
      new Kind<>(n -> new long[Blocks.length(n)], Operand::load, Blocks::store);

  private Loops() {}

  /// `z[i] = f(x[i])` for `i < n`; `z` may be `x`.
  ///
  /// @param <X> an array: `double[]` of floating-point numbers, `long[]` of all others
  /// @param <Z> an array
  @FunctionalInterface
  interface Function1<X, Z> {
    void apply(X x, Z z, int n);
  }

  /// `z[i] = f(x[i], y[i])` for `i < n`; `z` may be `x` or `y`.
  ///
  /// @param <X> an array: `double[]` of floating-point numbers, `long[]` of all others
  /// @param <Z> an array
  @FunctionalInterface
  interface Function2<X, Z> {
    void apply(X x, X y, Z z, int n);
  }

  /// How arrays are made for blocks of some elements, filled, and stored.
  private record Kind<A>(LongFunction<A> array, Load<A> load, Store<A> store) {}

  private interface Load<A> {
    void apply(Operand x, long from, A to, int n);
  }

  private interface Store<A> {
    void apply(A values, Tensor z, long from, int n);
  }

  static void doubles(Operand x, Tensor z, Function1<double[], double[]> f) {
    each(DOUBLES, DOUBLES, a -> a, x, z, f);
  }

  static void doubles(Operand x, Operand y, Tensor z, Function2<double[], double[]> f) {
    each(DOUBLES, DOUBLES, a -> a, x, y, z, f);
  }

  static void longs(Operand x, Tensor z, Function1<long[], long[]> f) {
    each(LONGS, LONGS, a -> a, x, z, f);
  }

  static void longs(Operand x, Operand y, Tensor z, Function2<long[], long[]> f) {
    each(LONGS, LONGS, a -> a, x, y, z, f);
  }

  static void toDoubles(Operand x, Tensor z, Function1<long[], double[]> f) {
    each(LONGS, DOUBLES, a -> new double[a.length], x, z, f);
  }

  static void toLongs(Operand x, Tensor z, Function1<double[], long[]> f) {
    each(DOUBLES, LONGS, a -> new long[a.length], x, z, f);
  }

  static void toLongs(Operand x, Operand y, Tensor z, Function2<double[], long[]> f) {
    each(DOUBLES, LONGS, a -> new long[a.length], x, y, z, f);
  }

  /// @param result the array for results, given that of operands
  private static <X, Z> void each(
      Kind<X> in, Kind<Z> out, Function<X, Z> result, Operand x, Tensor z, Function1<X, Z> f) {
    parallel(
        z,
        (from, to) -> {
          X a = in.array.apply(to - from);
          Z c = result.apply(a);
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            in.load.apply(x, i, a, n);
            f.apply(a, c, n);
            out.store.apply(c, z, i, n);
          }
        },
        x);
  }

  /// @param result the array for results, given that of the first operand
  private static <X, Z> void each(
      Kind<X> in,
      Kind<Z> out,
      Function<X, Z> result,
      Operand x,
      Operand y,
      Tensor z,
      Function2<X, Z> f) {
    parallel(
        z,
        (from, to) -> {
          X a = in.array.apply(to - from);
          X b = in.array.apply(to - from);
          Z c = result.apply(a);
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            in.load.apply(x, i, a, n);
            in.load.apply(y, i, b, n);
            f.apply(a, b, c, n);
            out.store.apply(c, z, i, n);
          }
        },
        x,
        y);
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

  /// `z[i] = p[i] ? x[i] : y[i]`.
  static void select(Operand p, Operand x, Operand y, Tensor z) {
    if (z.dtype().isFloating()) {
      select(
          DOUBLES,
          (c, a, b, n) -> {
            for (int i = 0; i < n; i++) {
              a[i] = c[i] != 0 ? a[i] : b[i];
            }
          },
          p,
          x,
          y,
          z);
    } else {
      select(
          LONGS,
          (c, a, b, n) -> {
            for (int i = 0; i < n; i++) {
              a[i] = c[i] != 0 ? a[i] : b[i];
            }
          },
          p,
          x,
          y,
          z);
    }
  }

  /// `x[i] = p[i] ? x[i] : y[i]` for `i < n`.
  private interface Choice<A> {
    void apply(long[] p, A x, A y, int n);
  }

  private static <A> void select(
      Kind<A> kind, Choice<A> choice, Operand p, Operand x, Operand y, Tensor z) {
    parallel(
        z,
        (from, to) -> {
          long[] c = LONGS.array.apply(to - from);
          A a = kind.array.apply(to - from);
          A b = kind.array.apply(to - from);
          for (long i = from; i < to; i += Blocks.SIZE) {
            int n = Blocks.length(to - i);
            p.load(i, c, n);
            kind.load.apply(x, i, a, n);
            kind.load.apply(y, i, b, n);
            choice.apply(c, a, b, n);
            kind.store.apply(a, z, i, n);
          }
        },
        p,
        x,
        y);
  }
}
