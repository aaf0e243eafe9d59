package org.ntk4j.ir.eval;

import java.util.Arrays;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Window;

/// `y[p..] = ∘_t x[(strides p + windowDilation t - padLo) / baseDilation ..]` where that is an
/// element of `x`.
///
/// Blocks of results along the last axis are folded tap by tap.
final class WindowOps {
  private final Fold fold;
  private final Window window;
  private final Tensor x;
  private final Tensor y;
  private final int last;
  private final long[] xStrides;

  private WindowOps(Fold fold, Window window, Tensor x, Tensor y) {
    this.fold = fold;
    this.window = window;
    this.x = x;
    this.y = y;
    this.last = x.rank() - 1;
    this.xStrides = x.shape().strides();
  }

  static void reduce(Fold fold, Window window, Tensor x, Tensor y) {
    if (x.rank() == 0) {
      Copies.copy(x, y);
      return;
    }
    new WindowOps(fold, window, x, y).run();
  }

  private void run() {
    long[] dims = new long[last + 1];
    Arrays.setAll(dims, y.shape()::dim);
    dims[last] = Math.min(1, dims[last]);
    View all = View.of(y.shape());
    long[] sizes = window.size().stream().mapToLong(Long::longValue).toArray();
    View none = View.of(0, new long[sizes.length]);
    Walk taps = new Walk(sizes, none, none);
    for (Walk p = new Walk(dims, all, all); p.more(); p.next()) {
      for (long j = 0; j < y.shape().dim(last); j += Blocks.SIZE) {
        int n = Blocks.length(y.shape().dim(last) - j);
        if (x.dtype().isFloating()) {
          doubles(p, j, taps, n);
        } else {
          longs(p, j, taps, n);
        }
      }
    }
  }

  private Taps along(int axis, long from, long n, long tap) {
    long shift = window.windowDilation().get(axis) * tap - window.padLo().get(axis);
    long dilation = window.baseDilation().get(axis);
    return Taps.of(from, n, window.strides().get(axis), shift, dilation, x.shape().dim(axis));
  }

  /// Position in `x` of the row that window position `p`, tap `t` looks at; −1 if there is none.
  private long row(Walk p, Walk t) {
    long row = 0;
    for (int k = 0; k < last; k++) {
      Taps seen = along(k, p.index(k), 1, t.index(k));
      if (seen.count() == 0) {
        return -1;
      }
      row += seen.source() * xStrides[k];
    }
    return row;
  }

  private void doubles(Walk p, long j, Walk taps, int n) {
    double[] total = new double[n];
    double[] seenTotal = new double[n];
    double[] block = new double[n];
    Arrays.fill(total, fold.neutral());
    for (taps.start(0, 0); taps.more(); taps.next()) {
      long row = row(p, taps);
      Taps seen = along(last, j, n, taps.index(last));
      if (row < 0 || seen.count() == 0) {
        continue;
      }
      int count = (int) seen.count();
      int first = (int) seen.first();
      int step = (int) seen.step();
      Blocks.load(x, row + seen.source(), seen.sourceStep(), block, count);
      for (int k = 0; k < count; k++) {
        seenTotal[k] = total[first + k * step];
      }
      fold.accumulate(seenTotal, block, count);
      for (int k = 0; k < count; k++) {
        total[first + k * step] = seenTotal[k];
      }
    }
    Blocks.store(total, y, p.first() + j, n);
  }

  private void longs(Walk p, long j, Walk taps, int n) {
    long[] total = new long[n];
    long[] seenTotal = new long[n];
    long[] block = new long[n];
    Arrays.fill(total, fold.neutral(x.dtype()));
    for (taps.start(0, 0); taps.more(); taps.next()) {
      long row = row(p, taps);
      Taps seen = along(last, j, n, taps.index(last));
      if (row < 0 || seen.count() == 0) {
        continue;
      }
      int count = (int) seen.count();
      int first = (int) seen.first();
      int step = (int) seen.step();
      Blocks.load(x, row + seen.source(), seen.sourceStep(), block, count);
      for (int k = 0; k < count; k++) {
        seenTotal[k] = total[first + k * step];
      }
      fold.accumulate(seenTotal, block, count);
      for (int k = 0; k < count; k++) {
        total[first + k * step] = seenTotal[k];
      }
    }
    Blocks.store(total, y, p.first() + j, n);
  }
}
