package org.ntk4j.tests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.tests.Sample.Operand;

/// Operands with values for the samples.
final class Values {
  private Values() {}

  /// Each element drawn by `draw`.
  static Tensor fill(Aval aval, Random random, ToDoubleFunction<Random> draw) {
    Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
    for (long i = 0; i < t.size(); i++) {
      t.setDouble(i, draw.applyAsDouble(random));
    }
    return t;
  }

  /// Standard normal for a floating-point dtype, small integers, coin flips.
  static Tensor any(Aval aval, Random random) {
    return switch (aval.dtype()) {
      case F32, F64 -> fill(aval, random, Random::nextGaussian);
      case I32, I64 -> fill(aval, random, r -> r.nextInt(7) - 3);
      case BOOL -> fill(aval, random, r -> r.nextInt(2));
    };
  }

  static Operand operand(DType dtype, long... dims) {
    return new Operand(Aval.of(dtype, dims), Values::any);
  }

  static Operand f64(long... dims) {
    return operand(DType.F64, dims);
  }

  /// Uniform in `[low, high)`.
  static Operand between(double low, double high, long... dims) {
    return new Operand(
        Aval.of(DType.F64, dims),
        (aval, random) -> fill(aval, random, r -> low + (high - low) * r.nextDouble()));
  }

  /// Numbers no two of which are closer than 0.1, none within 0.05 of 0 or an integer, in random
  /// order.
  static Operand distinct(long... dims) {
    return new Operand(Aval.of(DType.F64, dims), Values::spread);
  }

  private static Tensor spread(Aval aval, Random random) {
    int size = (int) aval.size();
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random);
    Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
    for (int i = 0; i < size; i++) {
      t.setDouble(i, 0.17 * (order.get(i) - size / 2) + 0.0823);
    }
    return t;
  }

  /// Integers in `low .. high - 1`.
  static Operand ids(DType dtype, int low, int high, long... dims) {
    return new Operand(
        Aval.of(dtype, dims),
        (aval, random) -> fill(aval, random, r -> low + r.nextInt(high - low)));
  }

  /// These integers, row-major.
  static Operand exactly(DType dtype, List<Integer> numbers, long... dims) {
    return new Operand(
        Aval.of(dtype, dims),
        (aval, _) -> {
          Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
          for (int i = 0; i < numbers.size(); i++) {
            t.setLong(i, numbers.get(i));
          }
          return t;
        });
  }

  /// `[.., n, n]` with a diagonal far from 0.
  static Operand triangular(long... dims) {
    return matrices((own, across, i, j) -> i == j ? 2 + Math.abs(own) : own, dims);
  }

  /// `[.., n, n]` symmetric positive definite.
  static Operand positiveDefinite(long... dims) {
    return matrices(
        (own, across, i, j) -> i == j ? 4 * dims[dims.length - 1] + own : (own + across) / 2, dims);
  }

  private interface Entry {
    double of(double own, double across, int i, int j);
  }

  private static Operand matrices(Entry entry, long... dims) {
    int n = (int) dims[dims.length - 1];
    return new Operand(
        Aval.of(DType.F64, dims),
        (aval, random) -> {
          Tensor raw = any(aval, random);
          Tensor t = Tensor.zeros(aval.dtype(), aval.shape());
          for (int at = 0; at < t.size(); at++) {
            int i = at / n % n;
            int j = at % n;
            int across = at + (j - i) * n + (i - j);
            t.setDouble(at, entry.of(raw.getDouble(at), raw.getDouble(across), i, j));
          }
          return t;
        });
  }
}
