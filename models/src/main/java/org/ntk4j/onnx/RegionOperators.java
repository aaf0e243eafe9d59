package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Regions of interest, which must be known, pooled to images of equal size.
final class RegionOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("RoiAlign", 10, n -> roiAlign(n, "output_half_pixel")).steering(1, 2),
          Operator.single("RoiAlign", 16, n -> roiAlign(n, "half_pixel")).steering(1, 2),
          Operator.single("MaxRoiPool", 1, RegionOperators::maxRoiPool).steering(1));

  private RegionOperators() {}

  /// The geometry of one region: begin and size of a bin, and samples in it, along one axis.
  private record Bins(double begin, double bin, long samples, long count, long size) {
    static Bins of(double begin, double end, boolean half, long count, long ratio, long size) {
      double length = half ? end - begin : Math.max(end - begin, 1);
      double bin = length / count;
      long samples = ratio > 0 ? ratio : (long) Math.ceil(bin);
      return new Bins(begin, bin, samples, count, size);
    }

    double place(long position, long sample) {
      return begin + position * bin + (sample + 0.5) * bin / samples;
    }

    boolean within(double place) {
      return place >= -1 && place <= size;
    }

    /// The lower neighbour.
    long low(double place) {
      return Math.min((long) Math.max(place, 0), size - 1);
    }

    /// Weight of the upper neighbour.
    double fraction(double place) {
      double clamped = Math.max(place, 0);
      return low(place) >= size - 1 ? 0 : clamped - low(place);
    }
  }

  private static Value roiAlign(Node node, String otherwise) {
    Value x = node.value(0);
    Tensor rois = node.input(1).tensor();
    List<Long> batch = node.input(2).longs();
    Attributes a = node.attributes();
    boolean half = a.text("coordinate_transformation_mode", otherwise).equals("half_pixel");
    double offset = half ? 0.5 : 0;
    double scale = a.number("spatial_scale", 1);
    long height = a.integer("output_height", 1);
    long width = a.integer("output_width", 1);
    long ratio = a.integer("sampling_ratio", 0);
    String mode = a.text("mode", "avg");
    List<Value> pooled = new ArrayList<>();
    for (int r = 0; r < batch.size(); r++) {
      double[] edge = new double[4];
      for (int k = 0; k < 4; k++) {
        edge[k] = rois.getDouble(4L * r + k) * scale - offset;
      }
      Bins rows = Bins.of(edge[1], edge[3], half, height, ratio, x.dim(2));
      Bins columns = Bins.of(edge[0], edge[2], half, width, ratio, x.dim(3));
      Value image = x.get(0, batch.get(r)).flattenFrom(1);
      pooled.add(pool(node, image, rows, columns, mode).reshape(x.dim(1), height, width));
    }
    return pooled.isEmpty()
        ? x.full(x.dtype(), Shape.of(0, x.dim(1), height, width), 0)
        : Functions.stack(0, pooled);
  }

  private static Value pool(Node node, Value image, Bins rows, Bins columns, String mode) {
    long bins = rows.count() * columns.count();
    long samples = rows.samples() * columns.samples();
    Shape shape = Shape.of(bins, samples * 4);
    Tensor ids = Tensor.zeros(DType.I64, shape);
    Tensor weights = Tensor.zeros(image.dtype(), shape);
    long at = 0;
    for (long bin = 0; bin < bins; bin++) {
      for (long sample = 0; sample < samples; sample++) {
        double y = rows.place(bin / columns.count(), sample / columns.samples());
        double x = columns.place(bin % columns.count(), sample % columns.samples());
        boolean within = rows.within(y) && columns.within(x);
        for (int corner = 0; corner < 4; corner++) {
          double v = rows.fraction(y);
          double u = columns.fraction(x);
          long row = Math.min(rows.low(y) + corner / 2, rows.size() - 1);
          long column = Math.min(columns.low(x) + corner % 2, columns.size() - 1);
          ids.setLong(at, within ? row * columns.size() + column : 0);
          double weight = (corner / 2 == 1 ? v : 1 - v) * (corner % 2 == 1 ? u : 1 - u);
          weights.setDouble(at++, within ? weight : 0);
        }
      }
    }
    Value terms = image.gather(node.constant(ids), 1).mul(node.constant(weights));
    return switch (mode) {
      case "avg" -> terms.sum(-1).mul(1.0 / Math.max(samples, 1));
      case "max" -> terms.max(-1);
      default -> throw node.error("mode is " + mode);
    };
  }

  private static Value maxRoiPool(Node node) {
    Value x = node.value(0);
    Tensor rois = node.input(1).tensor();
    List<Long> pooled =
        node.attributes().required("pooled_shape", node.attributes().integers("pooled_shape"));
    double scale = node.attributes().number("spatial_scale", 1);
    List<Value> regions = new ArrayList<>();
    for (long r = 0; r < rois.shape().dim(0); r++) {
      long[] edge = new long[4];
      for (int k = 0; k < 4; k++) {
        edge[k] = Math.round(rois.getDouble(5 * r + 1 + k) * scale);
      }
      Value image = x.get(0, (long) rois.getDouble(5 * r));
      List<Value> rows = new ArrayList<>();
      for (Value row : pieces(image, 1, edge[1], edge[3], pooled.get(0))) {
        rows.add(Functions.concatenate(2, pieces(row, 2, edge[0], edge[2], pooled.get(1))));
      }
      regions.add(Functions.concatenate(1, rows));
    }
    return regions.isEmpty()
        ? x.full(x.dtype(), Shape.of(0, x.dim(1), pooled.get(0), pooled.get(1)), 0)
        : Functions.stack(0, regions);
  }

  /// The largest elements of `count` parts of `from ..= to` along `axis`, which keeps size 1; 0 for
  /// an empty part.
  private static List<Value> pieces(Value x, int axis, long from, long to, long count) {
    double bin = Math.max(to - from + 1, 1) / (double) count;
    long size = x.dim(axis);
    List<Value> parts = new ArrayList<>();
    for (long p = 0; p < count; p++) {
      long begin = Math.clamp((long) Math.floor(p * bin) + from, 0, size);
      long end = Math.clamp((long) Math.ceil((p + 1) * bin) + from, 0, size);
      parts.add(
          end <= begin
              ? x.full(x.dtype(), x.shape().with(axis, 1), 0)
              : x.slice(axis, begin, end).maxKeepDims(axis));
    }
    return parts;
  }
}
