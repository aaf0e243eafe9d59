package org.ntk4j.ir.eval;

import java.util.Arrays;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Extremum;

/// Operations along one axis: the operand is `x[outer, n, inner]`, and blocks of `inner` go side by
/// side.
final class AxisOps {
  private final Tensor x;
  private final long outer;
  private final long length;
  private final long inner;

  private AxisOps(Tensor x, int axis) {
    Shape shape = x.shape();
    this.x = x;
    this.outer = shape.subShape(0, axis).size();
    this.length = shape.dim(axis);
    this.inner = shape.subShape(axis + 1, shape.rank()).size();
  }

  /// Running fold along `axis`, inclusive.
  static void cumulate(Fold fold, Tensor x, int axis, boolean reverse, Tensor y) {
    new AxisOps(x, axis).cumulate(fold, reverse, y);
  }

  /// Index of the first largest or smallest element.
  static void argExtremum(ArgExtremum op, Tensor x, Tensor y) {
    new AxisOps(x, op.axis()).argExtremum(op.kind(), y);
  }

  private void cumulate(Fold fold, boolean reverse, Tensor y) {
    boolean floating = x.dtype().isFloating();
    if (inner == 1) {
      if (floating) {
        doubleLines(fold, reverse, y);
      } else {
        longLines(fold, reverse, y);
      }
      return;
    }
    for (long o = 0; o < outer; o++) {
      for (long j = 0; j < inner; j += Blocks.SIZE) {
        int n = Blocks.length(inner - j);
        long start = o * length * inner + j;
        if (floating) {
          cumulateDoubles(fold, reverse, y, start, n);
        } else {
          cumulateLongs(fold, reverse, y, start, n);
        }
      }
    }
  }

  private long position(long t, boolean reverse) {
    return (reverse ? length - 1 - t : t) * inner;
  }

  private void cumulateDoubles(Fold fold, boolean reverse, Tensor y, long start, int n) {
    double[] total = new double[n];
    double[] block = new double[n];
    Arrays.fill(total, fold.neutral());
    for (long t = 0; t < length; t++) {
      long at = start + position(t, reverse);
      Blocks.load(x, at, block, n);
      fold.accumulate(total, block, n);
      Blocks.store(total, y, at, n);
    }
  }

  private void cumulateLongs(Fold fold, boolean reverse, Tensor y, long start, int n) {
    long[] total = new long[n];
    long[] block = new long[n];
    Arrays.fill(total, fold.neutral(x.dtype()));
    for (long t = 0; t < length; t++) {
      long at = start + position(t, reverse);
      Blocks.load(x, at, block, n);
      fold.accumulate(total, block, n);
      Blocks.store(total, y, at, n);
    }
  }

  /// Along the last axis, blocks of one line are folded one after the other.
  private void doubleLines(Fold fold, boolean reverse, Tensor y) {
    double[] block = new double[Blocks.length(length)];
    for (long o = 0; o < outer; o++) {
      double total = fold.neutral();
      for (long t = 0; t < length; t += Blocks.SIZE) {
        int n = Blocks.length(length - t);
        long at = o * length + (reverse ? length - t - n : t);
        Blocks.load(x, at, block, n);
        for (int k = 0; k < n; k++) {
          int i = reverse ? n - 1 - k : k;
          total = fold.combine(total, block[i]);
          block[i] = total;
        }
        Blocks.store(block, y, at, n);
      }
    }
  }

  private void longLines(Fold fold, boolean reverse, Tensor y) {
    long[] block = new long[Blocks.length(length)];
    for (long o = 0; o < outer; o++) {
      long total = fold.neutral(x.dtype());
      for (long t = 0; t < length; t += Blocks.SIZE) {
        int n = Blocks.length(length - t);
        long at = o * length + (reverse ? length - t - n : t);
        Blocks.load(x, at, block, n);
        for (int k = 0; k < n; k++) {
          int i = reverse ? n - 1 - k : k;
          total = fold.combine(total, block[i]);
          block[i] = total;
        }
        Blocks.store(block, y, at, n);
      }
    }
  }

  private void argExtremum(Extremum kind, Tensor y) {
    boolean floating = x.dtype().isFloating();
    for (long o = 0; o < outer; o++) {
      for (long j = 0; j < inner; j++) {
        long start = o * length * inner + j;
        y.setLong(o * inner + j, floating ? argDouble(kind, start) : argLong(kind, start));
      }
    }
  }

  private long argDouble(Extremum kind, long start) {
    long best = 0;
    double value = x.getDouble(start);
    for (long t = 1; t < length && !Double.isNaN(value); t++) {
      double other = x.getDouble(start + t * inner);
      if (Double.isNaN(other) || (kind == Extremum.MAX ? other > value : other < value)) {
        best = t;
        value = other;
      }
    }
    return best;
  }

  private long argLong(Extremum kind, long start) {
    long best = 0;
    long value = x.getLong(start);
    for (long t = 1; t < length; t++) {
      long other = x.getLong(start + t * inner);
      if (kind == Extremum.MAX ? other > value : other < value) {
        best = t;
        value = other;
      }
    }
    return best;
  }
}
