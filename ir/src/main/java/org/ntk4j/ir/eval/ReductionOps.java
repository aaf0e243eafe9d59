package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ntk4j.core.Tensor;

/// `y[kept..] = ∘_{reduced..} x[kept.., reduced..]`.
///
/// The operand is seen as a box of kept times a box of reduced axes. Either runs of a reduced axis
/// are folded into one number each, or, if the innermost axis is kept, blocks of results are
/// accumulated side by side, so that memory is read in its order.
final class ReductionOps {
  /// A reduced run shorter than this is not worth a loop of its own.
  private static final long SHORT_RUN = 8;

  private final Fold fold;
  private final Tensor x;
  private final Tensor y;
  private final Box kept;
  private final Box reduced;

  private ReductionOps(Fold fold, Tensor x, List<Integer> axes, Tensor y) {
    this.fold = fold;
    this.x = x;
    this.y = y;
    List<Integer> rest = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      if (!axes.contains(k)) {
        rest.add(k);
      }
    }
    List<Integer> inOrder = axes.stream().sorted().toList();
    View all = View.of(x.shape());
    this.kept = Box.of(dims(x, rest), select(all, rest), View.of(y.shape()));
    this.reduced =
        Box.of(dims(x, inOrder), select(all, inOrder), View.of(0, new long[inOrder.size()]));
  }

  static void reduce(Fold fold, Tensor x, List<Integer> axes, Tensor y) {
    new ReductionOps(fold, x, axes, y).run();
  }

  private static long[] dims(Tensor x, List<Integer> axes) {
    return axes.stream().mapToLong(x.shape()::dim).toArray();
  }

  private static View select(View v, List<Integer> axes) {
    return v.select(axes.stream().mapToInt(Integer::intValue).toArray());
  }

  private void run() {
    if (kept.rank() == 0) {
      run(kept);
      return;
    }
    long weight = reduced.size() * (kept.size() / Math.max(1, kept.dim(0)));
    Parallel.ranges(kept.dim(0), weight, List.of(x, y), (from, to) -> run(kept.range(0, from, to)));
  }

  private void run(Box kept) {
    boolean floating = x.dtype().isFloating();
    if (sideBySide()) {
      int last = kept.rank() - 1;
      for (Walk w = kept.walkWithout(last); w.more(); w.next()) {
        for (long j = 0; j < kept.dim(last); j += Blocks.SIZE) {
          int n = Blocks.length(kept.dim(last) - j);
          long from = w.first() + j * kept.first().stride(last);
          if (floating) {
            doubles(from, w.second() + j, n);
          } else {
            longs(from, w.second() + j, n);
          }
        }
      }
    } else if (floating) {
      doubleRuns(kept);
    } else {
      longRuns(kept);
    }
  }

  private boolean sideBySide() {
    if (kept.rank() == 0) {
      return false;
    }
    int last = reduced.rank() - 1;
    boolean runs = last >= 0 && reduced.first().stride(last) == 1;
    return !runs || reduced.dim(last) < SHORT_RUN;
  }

  private void doubles(long from, long to, int n) {
    double[] total = new double[n];
    double[] block = new double[n];
    Arrays.fill(total, fold.neutral());
    long stride = kept.first().stride(kept.rank() - 1);
    Walk w = reduced.walkWithout();
    for (w.start(from, 0); w.more(); w.next()) {
      Blocks.load(x, w.first(), stride, block, n);
      fold.accumulate(total, block, n);
    }
    Blocks.store(total, y, to, n);
  }

  private void longs(long from, long to, int n) {
    long[] total = new long[n];
    long[] block = new long[n];
    Arrays.fill(total, fold.neutral(x.dtype()));
    long stride = kept.first().stride(kept.rank() - 1);
    Walk w = reduced.walkWithout();
    for (w.start(from, 0); w.more(); w.next()) {
      Blocks.load(x, w.first(), stride, block, n);
      fold.accumulate(total, block, n);
    }
    Blocks.store(total, y, to, n);
  }

  private long runLength() {
    return reduced.rank() == 0 ? 1 : reduced.dim(reduced.rank() - 1);
  }

  private Walk runs() {
    return reduced.rank() == 0 ? reduced.walkWithout() : reduced.walkWithout(reduced.rank() - 1);
  }

  private void doubleRuns(Box kept) {
    long length = runLength();
    double[] block = new double[Blocks.length(length)];
    double[] result = new double[1];
    Walk inner = runs();
    for (Walk outer = kept.walkWithout(); outer.more(); outer.next()) {
      double total = fold.neutral();
      for (inner.start(outer.first(), 0); inner.more(); inner.next()) {
        for (long i = 0; i < length; i += Blocks.SIZE) {
          int n = Blocks.length(length - i);
          Blocks.load(x, inner.first() + i, block, n);
          total = fold.total(total, block, n);
        }
      }
      result[0] = total;
      Blocks.store(result, y, outer.second(), 1);
    }
  }

  private void longRuns(Box kept) {
    long length = runLength();
    long[] block = new long[Blocks.length(length)];
    long[] result = new long[1];
    Walk inner = runs();
    for (Walk outer = kept.walkWithout(); outer.more(); outer.next()) {
      long total = fold.neutral(x.dtype());
      for (inner.start(outer.first(), 0); inner.more(); inner.next()) {
        for (long i = 0; i < length; i += Blocks.SIZE) {
          int n = Blocks.length(length - i);
          Blocks.load(x, inner.first() + i, block, n);
          total = fold.total(total, block, n);
        }
      }
      result[0] = total;
      Blocks.store(result, y, outer.second(), 1);
    }
  }
}
