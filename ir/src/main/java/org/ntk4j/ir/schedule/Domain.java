package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.ntk4j.core.Shape;

/// The box of a loop nest: digits of a mixed-radix number, most significant first, of which the
/// axes of several shapes of one size are groups.
///
/// @param extents of the digits, none of them 1
record Domain(List<Long> extents) {
  Domain {
    extents = List.copyOf(extents);
  }

  /// The coarsest box for `shapes`; none if their sizes differ or their axes are cut differently (6
  /// = 2·3 and 3·2).
  static Optional<Domain> of(List<Shape> shapes) {
    long size = shapes.getFirst().size();
    if (!shapes.stream().allMatch(s -> s.size() == size)) {
      return Optional.empty();
    }
    if (size == 0) {
      return Optional.of(new Domain(List.of(0L)));
    }
    TreeSet<Long> cuts = new TreeSet<>(List.of(1L, size));
    for (Shape s : shapes) {
      for (long stride : s.strides()) {
        cuts.add(stride);
      }
    }
    List<Long> extents = new ArrayList<>();
    long below = 0;
    for (long cut : cuts) {
      if (below != 0) {
        if (cut % below != 0) {
          return Optional.empty();
        }
        extents.add(cut / below);
      }
      below = cut;
    }
    Collections.reverse(extents);
    return Optional.of(new Domain(extents));
  }

  int rank() {
    return extents.size();
  }

  /// This with digit `d` cut in two, the lower one of extent `inner`.
  Domain split(int d, long inner) {
    List<Long> finer = new ArrayList<>(extents);
    finer.set(d, extents.get(d) / inner);
    finer.add(d + 1, inner);
    return new Domain(finer);
  }

  /// The indices along the axes of `shape`, which is one of the shapes of this domain.
  List<Index> axes(Shape shape) {
    List<Index> axes = new ArrayList<>();
    long[] strides = shape.strides();
    for (int axis = 0; axis < shape.rank(); axis++) {
      axes.add(axis(strides[axis], shape.dim(axis)));
    }
    return axes;
  }

  private Index axis(long stride, long size) {
    List<Long> coefficients = new ArrayList<>(Collections.nCopies(rank(), 0L));
    long weight = 1;
    for (int d = rank() - 1; d >= 0; d--) {
      if (size > 1 && weight >= stride && weight < stride * size) {
        coefficients.set(d, weight / stride);
      }
      weight *= extents.get(d);
    }
    return new Index(0, coefficients, List.of());
  }
}
