package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;

/// Rules whose local Jacobian is a small matrix per axis: running and windowed sums.
final class BandRules {
  private BandRules() {}

  /// `y[p] = Σ_j [j <= p] v[j]`.
  static Optional<IndexedMap> cumSum(
      Builder b, int axis, boolean reverse, Aval operand, IndexedMap map) {
    if (map.axes().get(axis).embedding().isPresent()) {
      return Optional.empty();
    }
    long size = operand.dim(axis);
    Shape square = Shape.of(size, size);
    Atom p = b.iota(square, 0, DType.I64);
    Atom j = b.iota(square, 1, DType.I64);
    Atom band = b.compare(reverse ? Comparison.GE : Comparison.LE, j, p);
    return Optional.of(through(b, map, axis, b.convert(band, operand.dtype()), size));
  }

  /// `y[p..] = Σ_j Π_axes [j is in window p] v[j..]`.
  static Optional<IndexedMap> windowSum(Builder b, Window w, Aval operand, IndexedMap map) {
    IndexedMap result = map;
    Shape shape = new WindowSum(w).resultAvals(List.of(operand)).getFirst().shape();
    for (int axis = 0; axis < operand.rank(); axis++) {
      boolean windowed =
          w.size().get(axis) != 1
              || w.strides().get(axis) != 1
              || w.padLo().get(axis) != 0
              || w.padHi().get(axis) != 0
              || w.baseDilation().get(axis) != 1;
      if (windowed) {
        if (result.axes().get(axis).embedding().isPresent()) {
          return Optional.empty();
        }
        Atom taps = taps(b, w, axis, shape.dim(axis), operand.dim(axis), operand.dtype());
        Atom band = b.reduceSum(taps, List.of(1));
        result = through(b, result, axis, band, shape.dim(axis));
      }
    }
    return Optional.of(result);
  }

  /// Replaces axis `k` by one of size `size` through the matrix `band` `[size, old size]`.
  private static IndexedMap through(Builder b, IndexedMap map, int k, Atom band, long size) {
    List<Index> fresh = Index.axis(size);
    List<Axis> axes = new ArrayList<>(map.axes());
    axes.set(k, Axis.of(fresh));
    return map.timesArray(b, band, List.of(fresh, map.axis(k))).withAxes(axes);
  }

  /// `e[p, t, j] = 1` where tap `t` of window position `p` reads element `j` of `axis`, else 0.
  static Atom taps(Builder b, Window w, int axis, long positions, long elements, DType dtype) {
    long size = w.size().get(axis);
    Shape shape = Shape.of(positions, size, elements);
    Atom p = b.iota(shape, 0, DType.I64);
    Atom t = b.iota(shape, 1, DType.I64);
    Atom j = b.iota(shape, 2, DType.I64);
    Atom read =
        b.add(scale(b, p, w.strides().get(axis)), scale(b, t, w.windowDilation().get(axis)));
    Atom pixel = b.add(scale(b, j, w.baseDilation().get(axis)), b.like(w.padLo().get(axis), j));
    return b.convert(b.compare(Comparison.EQ, read, pixel), dtype);
  }

  private static Atom scale(Builder b, Atom x, long c) {
    return b.mul(x, b.like(c, x));
  }
}
