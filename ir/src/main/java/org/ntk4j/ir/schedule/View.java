package org.ntk4j.ir.schedule;

import java.util.List;
import org.ntk4j.core.DType;

/// A value in the memory of a buffer: each axis is a list of digits, most significant first, and
/// element `i` is at `offset + Σ digit · stride`.
///
/// @param buffer number of the buffer
/// @param axes for each axis its digits; the size of an axis is the product of their extents
public record View(int buffer, DType dtype, long offset, List<List<Digit>> axes) {
  public View {
    axes = axes.stream().map(List::copyOf).toList();
  }

  /// One part of an axis: `0 <= digit < extent`.
  public record Digit(long extent, long stride) {}

  /// Size of axis `k`.
  public long dim(int k) {
    return axes.get(k).stream().mapToLong(Digit::extent).reduce(1, (a, b) -> a * b);
  }
}
