package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.f64;
import static org.ntk4j.ir.eval.Eval.one;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;

class WindowOpsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  private static Window window(long size, long stride, long lo, long hi, long base, long dilation) {
    return new Window(
        List.of(size), List.of(stride), List.of(lo), List.of(hi), List.of(base), List.of(dilation));
  }

  @Test
  void sums_of_windows() {
    Tensor x = f64(1, 2, 4, 8);
    assertDoubles(one(new WindowSum(window(2, 1, 0, 0, 1, 1)), x), 3, 6, 12);
    assertDoubles(one(new WindowSum(window(2, 2, 1, 1, 1, 1)), x), 1, 6, 8);
    assertDoubles(one(new WindowSum(window(2, 1, 0, 0, 1, 2)), x), 5, 10);
    assertDoubles(one(new WindowSum(window(2, 1, 0, 0, 2, 1)), x), 1, 2, 2, 4, 4, 8);
    assertDoubles(one(new WindowSum(window(2, 1, -1, -1, 1, 1)), x), 6);
  }

  @Test
  void padding_never_wins() {
    Tensor x = f64(-1, -2, NAN, -3);
    WindowExtremum max = new WindowExtremum(Extremum.MAX, window(2, 1, 1, 0, 1, 1));
    assertDoubles(one(max, x), -1, -1, NAN, NAN);
    WindowExtremum outside = new WindowExtremum(Extremum.MIN, window(1, 1, 1, 0, 1, 1));
    assertDoubles(one(outside, f64(5)), INF, 5);
  }

  @Test
  void random_windows_are_those_of_a_loop() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 200; trial++) {
      Tensor x = Eval.random(random, trial % 2 == 0 ? DType.F64 : DType.I64, 1 + trial % 4, 6, 5);
      Window w =
          new Window(
              three(() -> random.nextLong(1, 3)),
              three(() -> random.nextLong(1, 4)),
              three(() -> random.nextLong(-1, 3)),
              three(() -> random.nextLong(0, 3)),
              three(() -> random.nextLong(1, 4)),
              three(() -> random.nextLong(1, 3)));
      List<Long> dims = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        long dilated = (x.shape().dim(k) - 1) * w.baseDilation().get(k) + 1;
        long padded = dilated + w.padLo().get(k) + w.padHi().get(k);
        dims.add(padded - (w.size().get(k) - 1) * w.windowDilation().get(k) - 1);
      }
      if (dims.stream().anyMatch(d -> d < 0)) {
        continue;
      }
      String what = "seed " + seed + ", trial " + trial + ": " + w;
      Tensor sum = one(new WindowSum(w), x);
      Tensor max = one(new WindowExtremum(Extremum.MAX, w), x);
      compare(x, w, sum, max, what);
    }
  }

  private static List<Long> three(LongSupplier s) {
    return List.of(s.getAsLong(), s.getAsLong(), s.getAsLong());
  }

  private static void compare(Tensor x, Window w, Tensor sum, Tensor max, String what) {
    long at = 0;
    for (long p = 0; p < sum.shape().dim(0); p++) {
      for (long q = 0; q < sum.shape().dim(1); q++) {
        for (long r = 0; r < sum.shape().dim(2); r++) {
          double total = 0;
          double largest = x.dtype().isFloating() ? -INF : Long.MIN_VALUE;
          for (long t = 0; t < w.size().get(0); t++) {
            for (long u = 0; u < w.size().get(1); u++) {
              for (long v = 0; v < w.size().get(2); v++) {
                long i = source(x, w, 0, p, t);
                long j = source(x, w, 1, q, u);
                long k = source(x, w, 2, r, v);
                if (i >= 0 && j >= 0 && k >= 0) {
                  double value = x.getDouble((i * 6 + j) * 5 + k);
                  total += value;
                  largest = Math.max(largest, value);
                }
              }
            }
          }
          assertEquals(total, sum.getDouble(at), 1e-12, what);
          assertEquals(largest, max.getDouble(at), what);
          at++;
        }
      }
    }
  }

  private static long source(Tensor x, Window w, int axis, long p, long t) {
    long at = w.strides().get(axis) * p + w.windowDilation().get(axis) * t - w.padLo().get(axis);
    long base = w.baseDilation().get(axis);
    boolean inside = at >= 0 && at % base == 0 && at / base < x.shape().dim(axis);
    return inside ? at / base : -1;
  }
}
