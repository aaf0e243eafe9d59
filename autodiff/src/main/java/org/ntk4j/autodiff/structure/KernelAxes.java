package org.ntk4j.autodiff.structure;

import java.util.List;

/// Which output axes a kernel traces and which it keeps on the diagonal, counted from 0.
///
/// A traced axis is unified between the two sides, summed and divided by its size; a diagonal axis
/// is unified and kept; every other axis appears twice.
///
/// @param trace sorted, distinct
/// @param diagonal sorted, distinct, disjoint from `trace`
public record KernelAxes(List<Integer> trace, List<Integer> diagonal) {
  public KernelAxes {
    trace = List.copyOf(trace);
    diagonal = List.copyOf(diagonal);
  }

  /// Every axis appears twice.
  public static final KernelAxes FULL = new KernelAxes(List.of(), List.of());

  /// Whether both sides share `axis`.
  public boolean unifies(int axis) {
    return trace.contains(axis) || diagonal.contains(axis);
  }
}
