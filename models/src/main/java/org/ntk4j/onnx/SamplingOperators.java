package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Images read at computed places, cut out, and put together from patches.
final class SamplingOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("GridSample", 16, SamplingOperators::gridSample),
          Operator.single("AffineGrid", 20, SamplingOperators::affineGrid).steering(1),
          Operator.single("CenterCropPad", 18, SamplingOperators::centerCropPad).steering(1),
          Operator.single("Col2Im", 18, SamplingOperators::col2im).steering(1, 2));

  private SamplingOperators() {}

  private static Value gridSample(Node node) {
    Value x = node.value(0);
    Value grid = node.value(1).cast(x.dtype());
    int spatial = x.rank() - 2;
    if (spatial < 1 || grid.rank() != x.rank() || grid.dim(-1) != spatial) {
      throw node.error("operand %s does not fit the grid %s".formatted(x.aval(), grid.aval()));
    }
    String mode = node.attributes().text("mode", "linear");
    String padding = node.attributes().text("padding_mode", "zeros");
    boolean corners = node.attributes().flag("align_corners", false);
    boolean nearest = mode.equals("nearest");
    Value flat = grid.reshape(x.dim(0), -1, spatial);
    List<Value> places = new ArrayList<>();
    List<Interpolation.Border> borders = new ArrayList<>();
    for (int k = 0; k < spatial; k++) {
      long size = x.dim(2 + k);
      Value unit = flat.get(2, spatial - 1 - k);
      Value place =
          corners
              ? unit.add(1).mul(0.5 * (size - 1))
              : unit.add(1).mul((double) size).sub(1).mul(0.5);
      places.add(within(node, nearest ? place.round() : place, size, padding, corners));
      borders.add(border(node, padding, corners));
    }
    Value y =
        switch (mode) {
          case "nearest" -> Interpolation.nearest(x, places, borders);
          case "linear", "bilinear" -> Interpolation.linear(x, places, borders);
          case "cubic", "bicubic" -> Interpolation.cubic(x, places, borders);
          default -> throw node.error("mode is " + mode);
        };
    Shape image = grid.shape().subShape(1, grid.rank() - 1);
    return y.reshape(Shape.of(x.dim(0), x.dim(1)).concat(image));
  }

  private static Interpolation.Border border(Node node, String padding, boolean corners) {
    return switch (padding) {
      case "zeros" -> Interpolation.Border.zeros();
      case "border" -> (index, size) -> index.clip(0, size - 1);
      case "reflection" -> (index, size) -> reflect(index, size, corners).trunc();
      default -> throw node.error("padding_mode is " + padding);
    };
  }

  /// A coordinate brought back into the image if it lies beyond.
  private static Value within(Node node, Value place, long size, String padding, boolean corners) {
    if (padding.equals("zeros")) {
      return place;
    }
    double lo = corners ? 0 : -0.5;
    double hi = size - 1 - lo;
    Value beyond = place.lt(lo).or(place.gt(hi));
    return switch (padding) {
      case "border" -> beyond.where(place.clip(0, size - 1), place);
      case "reflection" -> reflect(place, size, corners);
      default -> throw node.error("padding_mode is " + padding);
    };
  }

  private static Value reflect(Value x, long size, boolean corners) {
    double lo = corners ? 0 : -0.5;
    double range = size - 1 - 2 * lo;
    if (range == 0) {
      return x.mul(0);
    }
    Value distance = x.sub(lo).abs();
    Value period = distance.mul(0.5 / range).floor();
    Value rest = distance.sub(period.mul(2 * range));
    Value folded = rest.gt(range).where(rest.subFrom(2 * range), rest).add(lo);
    return x.lt(lo).or(x.gt(size - 1 - lo)).where(folded, x);
  }

  private static Value affineGrid(Node node) {
    Value theta = node.value(0);
    List<Long> size = node.input(1).longs();
    int spatial = size.size() - 2;
    if (theta.rank() != 3 || theta.dim(1) != spatial || theta.dim(2) != spatial + 1) {
      throw node.error("theta %s does not fit size %s".formatted(theta.aval(), size));
    }
    Shape image = Shape.of(size.subList(2, size.size()));
    boolean corners = node.attributes().flag("align_corners", false);
    Tensor base = Tensor.zeros(theta.dtype(), image.concat(Shape.of(spatial + 1)));
    long[] strides = image.strides();
    for (long p = 0; p < image.size(); p++) {
      for (int k = 0; k < spatial; k++) {
        int axis = spatial - 1 - k;
        long n = image.dim(axis);
        long i = p / strides[axis] % n;
        double unit = corners ? (n == 1 ? 0 : 2.0 * i / (n - 1) - 1) : (2.0 * i + 1) / n - 1;
        base.setDouble(p * (spatial + 1) + k, unit);
      }
      base.setDouble(p * (spatial + 1) + spatial, 1);
    }
    Value points = node.constant(base.reshape(Shape.of(image.size(), spatial + 1)));
    Value grid = Functions.einsum("nij,pj->npi", theta, points);
    return grid.reshape(Shape.of(theta.dim(0)).concat(image).concat(Shape.of(spatial)));
  }

  private static Value centerCropPad(Node node) {
    Value x = node.value(0);
    List<Long> wanted = node.input(1).longs();
    List<Integer> axes =
        node.attributes()
            .integers("axes")
            .map(stated -> node.axes(stated, x.rank()))
            .orElseGet(() -> IntStream.range(0, x.rank()).boxed().toList());
    if (axes.size() != wanted.size()) {
      throw node.error("shape %s for %d axes".formatted(wanted, axes.size()));
    }
    List<Long> lo = new ArrayList<>(Collections.nCopies(x.rank(), 0L));
    List<Long> hi = new ArrayList<>(lo);
    for (int k = 0; k < axes.size(); k++) {
      long more = wanted.get(k) - x.dim(axes.get(k));
      lo.set(axes.get(k), more / 2);
      hi.set(axes.get(k), more - more / 2);
    }
    return x.pad(lo, hi, 0);
  }

  private static Value col2im(Node node) {
    Value x = node.value(0);
    List<Long> image = node.input(1).longs();
    List<Long> block = node.input(2).longs();
    Sliding s = Sliding.of(node, image, block);
    long taps = Shape.of(block).size();
    if (x.rank() != 3 || x.dim(1) % taps != 0) {
      throw node.error("operand %s does not hold blocks %s".formatted(x.aval(), block));
    }
    List<Long> positions = new ArrayList<>();
    for (int k = 0; k < image.size(); k++) {
      long padded = image.get(k) + s.lo().get(k) + s.hi().get(k);
      long extent = Window.dilated(block.get(k), s.dilations().get(k));
      positions.add(Window.positions(padded, extent, s.strides().get(k)));
    }
    Shape grid = Shape.of(positions);
    if (grid.size() != x.dim(2)) {
      throw node.error("operand %s has no %d blocks".formatted(x.aval(), grid.size()));
    }
    long channels = x.dim(1) / taps;
    Value columns = x.reshape(x.dim(0), channels, taps * grid.size());
    Value ids = node.constant(places(s, Shape.of(image), Shape.of(block), grid));
    Value y = columns.segmentSum(ids, 2, Shape.of(image).size());
    return y.reshape(Shape.of(x.dim(0), channels).concat(Shape.of(image)));
  }

  /// For every tap of every block the element of the image, or -1 beyond it.
  private static Tensor places(Sliding s, Shape image, Shape block, Shape grid) {
    Tensor ids = Tensor.zeros(DType.I64, Shape.of(block.size() * grid.size()));
    long[] tapStrides = block.strides();
    long[] gridStrides = grid.strides();
    for (long i = 0; i < ids.size(); i++) {
      long tap = i / grid.size();
      long position = i % grid.size();
      long place = 0;
      boolean inside = true;
      for (int k = 0; k < image.rank(); k++) {
        long t = tap / tapStrides[k] % block.dim(k);
        long p = position / gridStrides[k] % grid.dim(k);
        long at = p * s.strides().get(k) - s.lo().get(k) + t * s.dilations().get(k);
        inside &= at >= 0 && at < image.dim(k);
        place = place * image.dim(k) + at;
      }
      ids.setLong(i, inside ? place : -1);
    }
    return ids;
  }
}
