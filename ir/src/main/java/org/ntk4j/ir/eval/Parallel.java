package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;

/// Work over many elements, cut into pieces for the threads of the back end.
///
/// Where the cuts are depends on the sizes of the problem only, and every element is computed
/// within one piece: results have the same bits for every number of threads.
final class Parallel {
  /// Elements that are worth another thread.
  private static final long WORTH_A_THREAD = 1 << 15;

  /// Never started: stands for any thread but the present one.
  private static final Thread OTHER = new Thread(() -> {});

  private Parallel() {}

  /// The items from `from` to `to - 1`.
  @FunctionalInterface
  interface Range {
    void run(long from, long to);
  }

  /// Calls `work` for ranges that make up `0..items - 1`; each item is `weight` elements of work.
  ///
  /// @param tensors what `work` reads and writes
  static void ranges(long items, long weight, List<Tensor> tensors, Range work) {
    long each = Math.max(1, WORTH_A_THREAD / Math.max(1, weight));
    aligned(items, each, tensors, work);
  }

  /// The same for single elements, in ranges of whole blocks of [Blocks#SIZE].
  static void blocks(long elements, List<Tensor> tensors, Range work) {
    aligned(elements, WORTH_A_THREAD, tensors, work);
  }

  private static void aligned(long items, long each, List<Tensor> tensors, Range work) {
    if (items <= each || !tensors.stream().allMatch(Parallel::isShared)) {
      work.run(0, items);
      return;
    }
    long size = each * Math.ceilDiv(items, each * Integer.MAX_VALUE);
    Products.algebra()
        .forEach(
            Math.toIntExact(Math.ceilDiv(items, size)),
            piece -> work.run(piece * size, Math.min(items, (piece + 1) * size)));
  }

  /// Whether other threads may use this memory: that of a confined arena belongs to one.
  private static boolean isShared(Tensor x) {
    return x.segment().isAccessibleBy(OTHER);
  }
}
