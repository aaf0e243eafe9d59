package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;

/// Adjoints of convolution, both convolutions again.
///
/// Position `p`, tap `t` reads `q` where `lhsDilation q = strides p + rhsDilation t - padLo`: for
/// the operand exchange the spacings of `p` and `q` and reverse the taps, for the kernel those of
/// `p` and `t`. Groups of features of one are groups of the batch of the other.
final class ConvAdjoint {
  private ConvAdjoint() {}

  static Atom of(Builder b, Conv c, int i, Atom yBar, List<Atom> x) {
    boolean empty = yBar.aval().size() == 0 || x.stream().anyMatch(a -> a.aval().size() == 0);
    if (empty) {
      return Axes.zero(x.get(i));
    }
    return i == 0
        ? operand(b, c, yBar, x.get(1), x.get(0).aval())
        : kernel(b, c, yBar, x.get(0), x.get(1).aval());
  }

  private static Atom operand(Builder b, Conv c, Atom yBar, Atom w, Aval x) {
    ConvDims d = c.dims();
    long groups = Math.max(c.featureGroups(), c.batchGroups());
    Atom grouped = moveGroups(b, w, d.wOut(), d.wIn(), groups);
    Atom reversed = b.emit(new Reverse(d.wSpatial()), grouped);
    List<Long> lo = new ArrayList<>();
    List<Long> hi = new ArrayList<>();
    for (int i = 0; i < d.xSpatial().size(); i++) {
      long reach = c.rhsDilation().get(i) * (w.aval().dim(d.wSpatial().get(i)) - 1);
      long n = yBar.aval().dim(d.ySpatial().get(i));
      long before = reach - c.padLo().get(i);
      lo.add(before);
      hi.add(
          WindowAdjoint.padAfter(
              x.dim(d.xSpatial().get(i)),
              c.lhsDilation().get(i),
              reach,
              n,
              c.strides().get(i),
              before));
    }
    ConvDims dims =
        new ConvDims(
            d.yBatch(),
            d.yFeature(),
            d.ySpatial(),
            d.wOut(),
            d.wIn(),
            d.wSpatial(),
            d.xBatch(),
            d.xFeature(),
            d.xSpatial());
    Conv adjoint = new Conv(dims, c.lhsDilation(), lo, hi, c.strides(), c.rhsDilation(), groups, 1);
    Atom xBar = b.emit(adjoint, yBar, reversed);
    return moveGroups(b, xBar, d.xFeature(), d.xBatch(), c.batchGroups());
  }

  private static Atom kernel(Builder b, Conv c, Atom yBar, Atom x, Aval w) {
    ConvDims d = c.dims();
    List<Long> hi = new ArrayList<>();
    for (int i = 0; i < d.xSpatial().size(); i++) {
      long reach = c.strides().get(i) * (yBar.aval().dim(d.ySpatial().get(i)) - 1);
      long n = x.aval().dim(d.xSpatial().get(i));
      long taps = w.dim(d.wSpatial().get(i));
      hi.add(
          WindowAdjoint.padAfter(
              taps, c.rhsDilation().get(i), reach, n, c.lhsDilation().get(i), c.padLo().get(i)));
    }
    ConvDims dims =
        new ConvDims(
            d.xFeature(),
            d.xBatch(),
            d.xSpatial(),
            d.yBatch(),
            d.yFeature(),
            d.ySpatial(),
            d.wIn(),
            d.wOut(),
            d.wSpatial());
    Conv adjoint =
        new Conv(
            dims,
            c.rhsDilation(),
            c.padLo(),
            hi,
            c.lhsDilation(),
            c.strides(),
            c.batchGroups(),
            c.featureGroups());
    return b.emit(adjoint, x, yBar);
  }

  /// Splits axis `from` into `groups` and the rest, and joins the groups to axis `to`, outermost.
  private static Atom moveGroups(Builder b, Atom x, int from, int to, long groups) {
    if (groups == 1) {
      return x;
    }
    Shape shape = x.aval().shape();
    Shape split = shape.with(from, shape.dim(from) / groups).insert(from, groups);
    List<Integer> order = new ArrayList<>(Axes.others(split.rank(), List.of(from)));
    order.add(to, from);
    Atom moved = Axes.permute(b, b.emit(new Reshape(split), x), List.copyOf(order));
    Shape joined = shape.with(from, shape.dim(from) / groups).with(to, shape.dim(to) * groups);
    return b.emit(new Reshape(joined), moved);
  }
}
