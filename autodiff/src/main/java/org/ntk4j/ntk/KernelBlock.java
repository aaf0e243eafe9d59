package org.ntk4j.ntk;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.core.Tensor;

/// The kernel between two outputs.
///
/// @param first path of the output of the first side
/// @param second path of the output of the second side
/// @param parameter path of the parameter, if kernels are given per parameter
/// @param values `[n, n', a, a', ..]`: the axes of both outputs interleaved
/// @param axes names of the axes: `n` and `n'` count the examples of `x1` and `x2`, `a1` and `a1'`
///   the elements of axis 1 of the first and the second output, and so on; a diagonal axis is
///   called `n=n'` or `a1=a1'`
public record KernelBlock(
    String first, String second, Optional<String> parameter, Tensor values, List<String> axes) {
  public KernelBlock {
    axes = List.copyOf(axes);
  }

  static List<String> names(KernelProduct product, KernelEntry entry) {
    return product.interleaved().stream().map(axis -> name(axis, entry)).toList();
  }

  private static String name(KernelProduct.Axis axis, KernelEntry entry) {
    String base = axis.index() == 0 ? "n" : "a" + axis.index();
    if (entry.axes().diagonal().contains(axis.index())) {
      return base + "=" + base + "'";
    }
    return axis.side() == 0 ? base : base + "'";
  }

  /// Whether some axis is a diagonal one.
  boolean hasDiagonal() {
    return axes.stream().anyMatch(name -> name.contains("="));
  }

  /// Numbers of the axes of the first side, then of those of the second.
  List<Integer> side(boolean second) {
    return IntStream.range(0, axes.size())
        .filter(i -> axes.get(i).endsWith("'") == second)
        .boxed()
        .toList();
  }
}
