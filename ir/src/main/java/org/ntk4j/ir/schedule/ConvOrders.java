package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;

/// The orders of the axes of a convolution's operands and result.
record ConvOrders(AxisOrder x, AxisOrder w, AxisOrder y) {
  /// Whether `e` is a convolution of images and a filter whose spatial axes come last, or an
  /// adjoint of one.
  static boolean isChannelsFirst(Equation e) {
    if (!(e.op() instanceof Conv op) || Role.of(e) != Role.CONVOLUTION) {
      return false;
    }
    ConvDims d = op.dims();
    List<Integer> last = IntStream.range(2, 2 + d.spatial()).boxed().toList();
    return d.spatial() > 0
        && d.xSpatial().equals(last)
        && d.wSpatial().equals(last)
        && d.ySpatial().equals(last);
  }

  /// These with the channels of images last, and gradients of filters as channels-last filters are.
  /// Filters stay as they are: libraries reorder them once for all images.
  ConvOrders channelsLast(Conv op, Equation e) {
    ConvDims d = op.dims();
    if (isFilterGradient(op, e)) {
      List<Integer> filter = new ArrayList<>(d.ySpatial());
      filter.addAll(List.of(d.yBatch(), d.yFeature()));
      return new ConvOrders(
          images(d.xFeature(), d.xSpatial(), d.xBatch()),
          images(d.wIn(), d.wSpatial(), d.wOut()),
          new AxisOrder(filter));
    }
    return new ConvOrders(
        images(d.xBatch(), d.xSpatial(), d.xFeature()),
        w,
        images(d.yBatch(), d.ySpatial(), d.yFeature()));
  }

  private static AxisOrder images(int batch, List<Integer> spatial, int channel) {
    List<Integer> order = new ArrayList<>(List.of(batch));
    order.addAll(spatial);
    order.add(channel);
    return new AxisOrder(order);
  }

  /// Whether the filter is as large as an image, as [ConvForms] sees it.
  private static boolean isFilterGradient(Conv op, Equation e) {
    ConvDims d = op.dims();
    long taps = size(d.wSpatial(), e.in().get(1).aval().shape().dims());
    long positions = size(d.ySpatial(), e.result().aval().shape().dims());
    return op.lhsDilation().stream().allMatch(n -> n == 1) && taps > positions;
  }

  private static long size(List<Integer> axes, List<Long> dims) {
    return axes.stream().mapToLong(dims::get).reduce(1, (a, b) -> a * b);
  }

  /// `op` on operands in these orders, with the result in its order.
  Conv moved(Conv op) {
    ConvDims d = op.dims();
    ConvDims dims =
        new ConvDims(
            x.position(d.xBatch()),
            x.position(d.xFeature()),
            x.positions(d.xSpatial()),
            w.position(d.wIn()),
            w.position(d.wOut()),
            w.positions(d.wSpatial()),
            y.position(d.yBatch()),
            y.position(d.yFeature()),
            y.positions(d.ySpatial()));
    return new Conv(
        dims,
        op.strides(),
        op.padLo(),
        op.padHi(),
        op.lhsDilation(),
        op.rhsDilation(),
        op.featureGroups(),
        op.batchGroups());
  }
}
