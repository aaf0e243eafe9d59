package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;

/// The axes of a kernel between two outputs: interleaved, without the traced ones, diagonal ones
/// once.
///
/// @param first aval of the first side's output
/// @param second aval of the second side's output
public record KernelShape(Aval first, Aval second, KernelAxes axes) {

  /// The shape of the kernel between outputs of these avals.
  public static KernelShape of(Aval first, Aval second, KernelAxes axes) {
    return new KernelShape(first, second, axes);
  }

  /// The aval of the kernel.
  public Aval aval() {
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < Math.max(first.rank(), second.rank()); axis++) {
      if (axes.trace().contains(axis)) {
        continue;
      }
      if (axis < first.rank()) {
        dims.add(first.dim(axis));
      }
      if (axis < second.rank() && !axes.diagonal().contains(axis)) {
        dims.add(second.dim(axis));
      }
    }
    return first.withShape(Shape.of(dims));
  }

  /// Product of the sizes of the traced axes, which kernels are divided by.
  public long traced() {
    return axes.trace().stream().mapToLong(first::dim).reduce(1, Math::multiplyExact);
  }

  /// The permutation that swaps the two sides of a kernel between equal outputs.
  public List<Integer> swap() {
    List<Integer> permutation = new ArrayList<>();
    for (int axis = 0; axis < first.rank(); axis++) {
      int next = permutation.size();
      if (axes.diagonal().contains(axis)) {
        permutation.add(next);
      } else if (!axes.trace().contains(axis)) {
        permutation.add(next + 1);
        permutation.add(next);
      }
    }
    return permutation;
  }
}
