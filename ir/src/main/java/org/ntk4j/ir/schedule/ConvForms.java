package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.schedule.ConvProblem.Kind;
import org.ntk4j.ir.schedule.View.Digit;

/// Convolutions in the forms that libraries know: forward, gradient by the image, gradient by the
/// filter.
///
/// The adjoints of a convolution are convolutions too: that by the image has a dilated operand,
/// that by the filter a filter as large as an image, with batch and features exchanged.
public final class ConvForms {
  private ConvForms() {}

  /// The form of `y = op(x, w)`; none if it is in none of them, or the views are too irregular.
  public static Optional<ConvForm> of(Conv op, View x, View w, View y) {
    boolean empty =
        Stream.of(x, w, y).anyMatch(v -> v.axes().stream().anyMatch(ConvForms::isEmpty));
    if (empty || op.dims().spatial() == 0) {
      return Optional.empty();
    }
    boolean dilated = op.lhsDilation().stream().anyMatch(d -> d > 1);
    boolean strided = op.strides().stream().anyMatch(s -> s > 1);
    if (dilated || isReversed(op, w)) {
      return strided ? Optional.empty() : dataGradient(op, x, w, y);
    }
    return size(w, op.dims().wSpatial()) > size(y, op.dims().ySpatial())
        ? weightGradient(op, x, w, y).or(() -> forward(op, x, w, y))
        : forward(op, x, w, y);
  }

  /// Whether the taps are seen the other way round.
  static boolean isReversed(Conv op, View w) {
    return op.dims().wSpatial().stream()
        .flatMap(k -> w.axes().get(k).stream())
        .anyMatch(d -> d.stride() < 0);
  }

  /// Whether an axis of `v` other than these is seen the other way round: libraries take that of no
  /// other than the taps of a filter.
  static boolean isReversedBeyond(View v, List<Integer> taps) {
    return IntStream.range(0, v.axes().size())
        .filter(k -> !taps.contains(k))
        .anyMatch(k -> v.axes().get(k).stream().anyMatch(d -> d.stride() < 0));
  }

  private static boolean isEmpty(List<Digit> axis) {
    return axis.stream().anyMatch(d -> d.extent() == 0);
  }

  private static long size(View v, List<Integer> axes) {
    return axes.stream().mapToLong(v::dim).reduce(1, (a, b) -> a * b);
  }

  private static Optional<ConvForm> forward(Conv op, View x, View w, View y) {
    ConvDims d = op.dims();
    return ConvParts.of(op, x, w, y)
        .flatMap(parts ->
            new ConvAssembly(
                    Kind.FORWARD,
                    new ConvAssembly.Axes(
                        x, parts.xGroup(), parts.xBatch(), parts.xFeature(), d.xSpatial()),
                    new ConvAssembly.Axes(
                        w, parts.wGroup(), w.axes().get(d.wIn()), parts.wOut(), d.wSpatial()),
                    new ConvAssembly.Axes(
                        y, parts.yGroup(), y.axes().get(d.yBatch()), parts.yOut(), d.ySpatial()))
                .form(op.strides(), op.rhsDilation(), op.padLo(), false));
  }

  /// Position `q` of `X` is `lhsDilation p - rhsDilation t + padLo` for position `p` of the
  /// operand: with the taps in reverse, that is how a forward convolution of `X` reads.
  private static Optional<ConvForm> dataGradient(Conv op, View x, View w, View y) {
    ConvDims d = op.dims();
    List<Long> padLo = new ArrayList<>();
    for (int k = 0; k < d.spatial(); k++) {
      long reach = op.rhsDilation().get(k) * (w.dim(d.wSpatial().get(k)) - 1);
      padLo.add(reach - op.padLo().get(k));
    }
    return ConvParts.of(op, x, w, y)
        .flatMap(parts ->
            new ConvAssembly(
                    Kind.DATA_GRADIENT,
                    new ConvAssembly.Axes(
                        y, parts.yGroup(), y.axes().get(d.yBatch()), parts.yOut(), d.ySpatial()),
                    new ConvAssembly.Axes(
                        w, parts.wGroup(), parts.wOut(), w.axes().get(d.wIn()), d.wSpatial()),
                    new ConvAssembly.Axes(
                        x, parts.xGroup(), parts.xBatch(), parts.xFeature(), d.xSpatial()))
                .form(op.lhsDilation(), op.rhsDilation(), padLo, true));
  }

  /// The filter is the cotangent, the batch of the operand its features, and the result the
  /// gradient.
  private static Optional<ConvForm> weightGradient(Conv op, View x, View w, View y) {
    ConvDims d = op.dims();
    return ConvParts.of(op, x, w, y)
        .flatMap(parts ->
            new ConvAssembly(
                    Kind.WEIGHT_GRADIENT,
                    new ConvAssembly.Axes(
                        x, parts.xGroup(), parts.xFeature(), parts.xBatch(), d.xSpatial()),
                    new ConvAssembly.Axes(
                        y, parts.yGroup(), y.axes().get(d.yBatch()), parts.yOut(), d.ySpatial()),
                    new ConvAssembly.Axes(
                        w, parts.wGroup(), w.axes().get(d.wIn()), parts.wOut(), d.wSpatial()))
                .form(
                    /* strides= */ op.rhsDilation(),
                    /* dilation= */ op.strides(),
                    op.padLo(),
                    false));
  }
}
