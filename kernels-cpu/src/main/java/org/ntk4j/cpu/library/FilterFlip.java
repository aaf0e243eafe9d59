package org.ntk4j.cpu.library;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.ConvProblem;
import org.ntk4j.ir.schedule.ConvProblem.Filter;

/// A copy of a filter whose taps are stored last to first, with the taps first to last: oneDNN
/// knows no negative strides.
final class FilterFlip {
  private final DType dtype;
  private final List<Long> taps;
  private final Filter from;
  private final List<Long> blockSizes;
  private final List<Long> blockStrides;

  FilterFlip(ConvProblem p) {
    this.dtype = p.dtype();
    this.taps = p.kernel();
    this.from = p.w();
    this.blockSizes = List.of(p.groups(), p.in(), p.out());
    this.blockStrides = List.of(from.group(), from.in(), from.out());
  }

  static boolean isNeeded(ConvProblem p) {
    return p.w().taps().stream().anyMatch(s -> s < 0);
  }

  /// Where the copy is, from its first element on.
  Filter result() {
    return new Filter(from.pieces(), from.group(), from.in(), from.out(), positive());
  }

  private List<Long> positive() {
    return from.taps().stream().map(Math::abs).toList();
  }

  /// Of the copy.
  long bytes() {
    List<Long> sizes = new ArrayList<>(taps);
    List<Long> strides = new ArrayList<>(positive());
    sizes.addAll(blockSizes);
    strides.addAll(blockStrides);
    return extent(sizes, strides) * dtype.sizeBytes();
  }

  private static long extent(List<Long> sizes, List<Long> strides) {
    long last = 0;
    for (int d = 0; d < sizes.size(); d++) {
      last += (sizes.get(d) - 1) * strides.get(d);
    }
    return last + 1;
  }

  /// Copies the filter whose first tap is at `w`.
  void run(long w, long to) {
    copyTaps(0, w, to);
  }

  private void copyTaps(int d, long w, long to) {
    if (d == taps.size()) {
      copyBlock(w, to);
      return;
    }
    long stride = from.taps().get(d) * dtype.sizeBytes();
    for (long t = 0; t < taps.get(d); t++) {
      copyTaps(d + 1, w + t * stride, to + t * Math.abs(stride));
    }
  }

  private void copyBlock(long w, long to) {
    long size = ConvProblem.product(blockSizes);
    if (extent(blockSizes, blockStrides) == size) {
      Raw.copy(w, to, size * dtype.sizeBytes());
      return;
    }
    for (long g = 0; g < blockSizes.get(0); g++) {
      for (long i = 0; i < blockSizes.get(1); i++) {
        for (long o = 0; o < blockSizes.get(2); o++) {
          long at = g * from.group() + i * from.in() + o * from.out();
          Raw.set(dtype, to, at, Raw.get(dtype, w, at));
        }
      }
    }
  }
}
