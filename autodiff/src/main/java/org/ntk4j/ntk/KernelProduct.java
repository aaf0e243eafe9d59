package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelAxes;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Transpose;

/// The axes of a kernel between outputs with axes `a` and `a'`: axis `k` of the first, axis `k` of
/// the second, and so on; diagonal axes once, traced axes not at all.
///
/// @param first axis sizes of the first output
/// @param second axis sizes of the second output
record KernelProduct(Shape first, Shape second, KernelAxes axes) {

  /// `K[..] = Σ_w x[a.., w..] y[a'.., w..] / traced size`.
  Atom contract(Builder b, Atom x, Atom y) {
    Contract op =
        new Contract(
            axes.diagonal(),
            axes.diagonal(),
            summed(first.rank(), x.aval().rank()),
            summed(second.rank(), y.aval().rank()));
    return scaled(b, interleave(b, b.emit(op, x, y), grouped()));
  }

  private List<Integer> summed(int outputRank, int rank) {
    List<Integer> summed = new ArrayList<>(axes.trace());
    IntStream.range(outputRank, rank).forEach(summed::add);
    return summed;
  }

  /// Axes that appear once on each side, of an output with `rank` axes.
  List<Integer> free(int rank) {
    return IntStream.range(0, rank).filter(k -> !axes.unifies(k)).boxed().toList();
  }

  /// Which axes a result grouped as `diagonal, free of first, free of second` has.
  List<Axis> grouped() {
    List<Axis> grouped = new ArrayList<>();
    axes.diagonal().forEach(k -> grouped.add(new Axis(k, 0)));
    free(first.rank()).forEach(k -> grouped.add(new Axis(k, 0)));
    free(second.rank()).forEach(k -> grouped.add(new Axis(k, 1)));
    return grouped;
  }

  /// The axes of the kernel, in order.
  List<Axis> interleaved() {
    List<Axis> result = new ArrayList<>();
    for (int k = 0; k < Math.max(first.rank(), second.rank()); k++) {
      if (axes.trace().contains(k)) {
        continue;
      }
      if (k < first.rank()) {
        result.add(new Axis(k, 0));
      }
      if (k < second.rank() && !axes.diagonal().contains(k)) {
        result.add(new Axis(k, 1));
      }
    }
    return result;
  }

  /// `x`, whose axes are `present`, with its axes in the kernel's order.
  Atom interleave(Builder b, Atom x, List<Axis> present) {
    List<Integer> permutation = interleaved().stream().map(present::indexOf).toList();
    boolean identity =
        IntStream.range(0, permutation.size()).allMatch(i -> permutation.get(i) == i);
    return identity ? x : b.emit(new Transpose(permutation), x);
  }

  /// `x` divided by the product of the traced sizes; an empty trace is 0.
  Atom scaled(Builder b, Atom x) {
    long size = axes.trace().stream().mapToLong(first::dim).reduce(1, (m, n) -> m * n);
    return size <= 1 ? x : b.emit(new Mul(), x, Literal.of(1.0 / size, x.aval()));
  }

  /// Axis sizes of the kernel.
  Shape shape() {
    return Shape.of(
        interleaved().stream()
            .map(axis -> (axis.side() == 0 ? first : second).dim(axis.index()))
            .toList());
  }

  /// The kernel of outputs that depend on no parameter.
  Atom zero(Aval output) {
    return Literal.of(0, output.withShape(shape()));
  }

  /// Axis `index` of the output of side 0 or 1.
  record Axis(int index, int side) {}
}
