package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.ntk4j.ir.eval.Eval.assertDoubles;
import static org.ntk4j.ir.eval.Eval.assertLongs;
import static org.ntk4j.ir.eval.Eval.counting;
import static org.ntk4j.ir.eval.Eval.f64;
import static org.ntk4j.ir.eval.Eval.i32;
import static org.ntk4j.ir.eval.Eval.i64;
import static org.ntk4j.ir.eval.Eval.one;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;

class ReductionOpsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  @Test
  void sums() {
    assertDoubles(one(new ReduceSum(List.of(0)), counting(2, 3)), 3, 5, 7);
    assertDoubles(one(new ReduceSum(List.of(1)), counting(2, 3)), 3, 12);
    assertDoubles(one(new ReduceSum(List.of(0, 1)), counting(2, 3)), 15);
    assertDoubles(one(new ReduceSum(List.of()), counting(2)), 0, 1);
    assertLongs(one(new ReduceSum(List.of(0)), i64(Long.MAX_VALUE, 1)), Long.MIN_VALUE);
  }

  @Test
  void reductions_of_nothing_are_neutral() {
    Tensor none = Tensor.zeros(DType.F64, Shape.of(0, 2));
    assertDoubles(one(new ReduceSum(List.of(0)), none), 0, 0);
    assertDoubles(one(new ReduceProd(List.of(0)), none), 1, 1);
    assertDoubles(one(new ReduceSum(List.of(1)), none));
    assertDoubles(one(new ReduceExtremum(Extremum.MAX, List.of(0)), none), -INF, -INF);
    Tensor integers = Tensor.zeros(DType.I32, Shape.of(0));
    assertLongs(one(new ReduceExtremum(Extremum.MIN, List.of(0)), integers), Integer.MAX_VALUE);
  }

  @Test
  void sums_of_f32_are_accumulated_in_double() {
    float[] values = new float[20_000];
    java.util.Arrays.fill(values, 0.1f);
    assertDoubles(one(new ReduceSum(List.of(0)), Tensor.of(values, 20_000)), (float) (0.1f * 2e4));
  }

  @Test
  void extrema_propagate_nan() {
    Tensor x = Tensor.of(new double[] {1, NAN, 3, -1, 5, -INF}, 2, 3);
    assertDoubles(one(new ReduceExtremum(Extremum.MAX, List.of(1)), x), NAN, 5);
    assertDoubles(one(new ReduceExtremum(Extremum.MIN, List.of(0)), x), -1, NAN, -INF);
    assertLongs(
        one(new ReduceExtremum(Extremum.MAX, List.of(0)), i64(Long.MIN_VALUE, -(1L << 53) - 1)),
        -(1L << 53) - 1);
  }

  @Test
  void products() {
    assertDoubles(one(new ReduceProd(List.of(0)), f64(2, -3, 0.5)), -3);
    assertLongs(one(new ReduceProd(List.of(0)), i32(1 << 16, 1 << 16)), 0);
  }

  /// Every subset of the axes of shapes with short, long and empty axes.
  @Test
  void sums_over_any_axes_are_those_of_a_loop() {
    SplittableRandom random = new SplittableRandom(3);
    for (long[] dims : new long[][] {{3, 5, 4, 2}, {2, 20, 3, 17}, {1, 1200, 2}, {2, 1, 1100}}) {
      for (DType dtype : new DType[] {DType.F64, DType.I64}) {
        Tensor x = Eval.random(random, dtype, dims);
        for (int subset = 0; subset < 1 << dims.length; subset++) {
          List<Integer> axes = new ArrayList<>();
          for (int k = 0; k < dims.length; k++) {
            if ((subset >> k & 1) == 1) {
              axes.add(k);
            }
          }
          Tensor y = one(new ReduceSum(axes), x);
          double[] expected = sumByLoop(x, axes);
          for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], y.getDouble(i), 1e-10, axes::toString);
          }
        }
      }
    }
  }

  private static double[] sumByLoop(Tensor x, List<Integer> axes) {
    Shape result = x.shape().removeAll(axes);
    double[] sums = new double[(int) result.size()];
    long[] strides = x.shape().strides();
    for (long i = 0; i < x.size(); i++) {
      long at = 0;
      for (int k = 0; k < x.rank(); k++) {
        if (!axes.contains(k)) {
          at = at * x.shape().dim(k) + i / strides[k] % x.shape().dim(k);
        }
      }
      sums[(int) at] += x.getDouble(i);
    }
    return sums;
  }

  @Test
  void running_folds() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertDoubles(one(new CumSum(1, false), x), 1, 3, 6, 4, 9, 15);
    assertDoubles(one(new CumSum(0, false), x), 1, 2, 3, 5, 7, 9);
    assertDoubles(one(new CumSum(1, true), x), 6, 5, 3, 15, 11, 6);
    assertDoubles(one(new CumProd(1, false), x), 1, 2, 6, 4, 20, 120);
    assertDoubles(one(new CumProd(1, true), x), 6, 6, 3, 120, 30, 6);
    Tensor y = f64(1, 3, 2, NAN, 9);
    assertDoubles(one(new CumExtremum(Extremum.MAX, 0, false), y), 1, 3, 3, NAN, NAN);
    assertDoubles(one(new CumExtremum(Extremum.MIN, 0, true), y), NAN, NAN, NAN, NAN, 9);
    assertLongs(one(new CumSum(0, false), i64(Long.MAX_VALUE, 1)), Long.MAX_VALUE, Long.MIN_VALUE);
    assertDoubles(one(new CumSum(0, false), f64()));
  }

  @Test
  void running_sums_of_lines_longer_than_a_block() {
    int n = 2 * Blocks.SIZE + 5;
    for (DType dtype : new DType[] {DType.F64, DType.I32}) {
      Tensor x = Eval.random(new SplittableRandom(4), dtype, 2, n);
      Tensor forward = one(new CumSum(1, false), x);
      Tensor backward = one(new CumSum(1, true), x);
      for (int line = 0; line < 2; line++) {
        double sum = 0;
        double rest = 0;
        for (int i = 0; i < n; i++) {
          sum += x.getDouble(line * n + i);
          rest += x.getDouble(line * n + n - 1 - i);
          assertEquals(sum, forward.getDouble(line * n + i), 1e-9);
          assertEquals(rest, backward.getDouble(line * n + n - 1 - i), 1e-9);
        }
      }
    }
  }

  @Test
  void arg_extrema_take_the_first_and_nan_wins() {
    Tensor x = Tensor.of(new double[] {1, 3, 3, NAN, 1, NAN}, 2, 3);
    assertLongs(one(new ArgExtremum(Extremum.MAX, 1, DType.I32), x), 1, 0);
    assertLongs(one(new ArgExtremum(Extremum.MIN, 1, DType.I64), x), 0, 0);
    assertLongs(one(new ArgExtremum(Extremum.MAX, 0, DType.I32), x), 1, 0, 1);
    Tensor close = i64(Long.MAX_VALUE - 1, Long.MAX_VALUE);
    assertLongs(one(new ArgExtremum(Extremum.MAX, 0, DType.I32), close), 1);
  }

  @Test
  void sort_puts_nan_last_both_ways() {
    Tensor x = f64(3, NAN, 1, INF, -INF);
    assertDoubles(one(new Sort(0, 1, false), x), -INF, 1, 3, INF, NAN);
    assertDoubles(one(new Sort(0, 1, true), x), INF, 3, 1, -INF, NAN);
  }

  @Test
  void sort_is_stable_and_carries_the_other_operands() {
    Tensor key = f64(1, 0.0, 1, -0.0);
    List<Tensor> y = Eval.all(new Sort(0, 1, false), key, i32(0, 1, 2, 3));
    assertLongs(y.get(1), 1, 3, 0, 2);
    List<Tensor> down = Eval.all(new Sort(0, 1, true), key, i32(0, 1, 2, 3));
    assertLongs(down.get(1), 0, 2, 1, 3);
  }

  @Test
  void sort_by_two_keys_along_an_outer_axis() {
    Tensor first = Tensor.of(new long[] {1, 5, 1, 4, 0, 4}, 3, 2);
    Tensor second = Tensor.of(new long[] {9, 0, 8, 2, 7, 1}, 3, 2);
    List<Tensor> y = Eval.all(new Sort(0, 2, false), first, second);
    assertLongs(y.get(0), 0, 4, 1, 4, 1, 5);
    assertLongs(y.get(1), 7, 1, 8, 2, 9, 0);
  }

  @Test
  void top_k_is_stable_and_nan_is_largest() {
    Tensor x = Tensor.of(new double[] {1, 5, 5, 2, NAN, 3, -INF, 3}, 2, 4);
    List<Tensor> y = Eval.all(new TopK(3), x);
    assertDoubles(y.get(0), 5, 5, 2, NAN, 3, 3);
    assertLongs(y.get(1), 1, 2, 3, 0, 1, 3);
    assertEquals(0, Eval.all(new TopK(0), x).getFirst().size());
  }
}
