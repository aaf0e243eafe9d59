package org.ntk4j.onnx;

import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;

/// Where one axis of a resized tensor reads its operand.
///
/// @param in size of the operand
/// @param out size of the result
/// @param scale ratio of the sizes, before rounding
/// @param from begin of the region of interest, as a part of the operand
/// @param to end of the region of interest
record ResizeAxis(Rule rule, long in, long out, double scale, double from, double to) {

  /// Interpolation.
  enum Kind {
    NEAREST,
    LINEAR,
    CUBIC
  }

  /// What holds for all axes.
  ///
  /// @param coordinates `coordinate_transformation_mode`
  /// @param nearest `nearest_mode`
  /// @param antialias whether the kernel widens when the result is smaller
  /// @param excludeOutside whether neighbours beyond the border have no weight
  /// @param cubic coefficient of the cubic kernel
  record Rule(
      Kind kind,
      String coordinates,
      String nearest,
      boolean antialias,
      boolean excludeOutside,
      double cubic) {}

  static Kind kind(Node node, String mode) {
    return switch (mode) {
      case "nearest" -> Kind.NEAREST;
      case "linear", "bilinear" -> Kind.LINEAR;
      case "cubic" -> Kind.CUBIC;
      default -> throw node.error("mode is " + mode);
    };
  }

  boolean isIdentity() {
    return in == out && Math.abs(scale - 1) < 1e-9 && from == 0 && to == 1;
  }

  /// Where element `o` reads.
  private double place(Node node, long o) {
    double width = scale * in;
    return switch (rule.coordinates()) {
      case "half_pixel" -> (o + 0.5) / scale - 0.5;
      case "pytorch_half_pixel" -> width == 1 ? -0.5 : (o + 0.5) / scale - 0.5;
      case "half_pixel_symmetric" -> in / 2.0 * (1 - out / width) + (o + 0.5) / scale - 0.5;
      case "asymmetric" -> o / scale;
      case "align_corners" -> width == 1 ? 0 : o * (in - 1) / (width - 1);
      case "tf_half_pixel_for_nn" -> (o + 0.5) / scale;
      case "tf_crop_and_resize" -> crop(o, width);
      default -> throw node.error("coordinate_transformation_mode is " + rule.coordinates());
    };
  }

  private double crop(long o, double width) {
    double step =
        width == 1 ? (to - from) * (in - 1) / 2 : o * (to - from) * (in - 1) / (width - 1);
    return step + from * (in - 1);
  }

  /// For every element whether it reads beyond the operand; empty if none does or that is allowed.
  Tensor outside() {
    Tensor mask = Tensor.zeros(DType.BOOL, Shape.of(out));
    boolean any = false;
    if (rule.coordinates().equals("tf_crop_and_resize")) {
      for (long o = 0; o < out; o++) {
        double place = crop(o, scale * in);
        boolean beyond = place < 0 || place > in - 1;
        any |= beyond;
        mask.setLong(o, beyond ? 1 : 0);
      }
    }
    return any ? mask : Tensor.zeros(DType.BOOL, Shape.of(0));
  }

  /// The indices that are read.
  Tensor nearest(Node node) {
    Tensor ids = Tensor.zeros(DType.I64, Shape.of(out));
    for (long o = 0; o < out; o++) {
      double place = place(node, o);
      double rounded =
          switch (rule.nearest()) {
            case "round_prefer_floor" -> Math.ceil(place - 0.5);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            default -> throw node.error("nearest_mode is " + rule.nearest());
          };
      ids.setLong(o, clamp((long) rounded));
    }
    return ids;
  }

  private long clamp(long index) {
    return Math.max(0, Math.min(in - 1, index));
  }

  /// `[out, in]`: the weights of the operand's elements.
  Tensor weights(Node node) {
    Tensor weights = Tensor.zeros(DType.F64, Shape.of(out, in));
    double stretch = rule.antialias() ? Math.max(1, 1 / scale) : 1;
    double radius = (rule.kind() == Kind.LINEAR ? 1 : 2) * stretch;
    for (long o = 0; o < out; o++) {
      double place = place(node, o);
      long first = (long) Math.floor(place - radius) + 1;
      long last = (long) Math.ceil(place + radius) - 1;
      double total = 0;
      for (long i = first; i <= last; i++) {
        total += counted(i) ? kernel((i - place) / stretch) : 0;
      }
      for (long i = first; i <= last && total != 0; i++) {
        double weight = counted(i) ? kernel((i - place) / stretch) / total : 0;
        long at = o * in + clamp(i);
        weights.setDouble(at, weights.getDouble(at) + weight);
      }
    }
    return weights;
  }

  private boolean counted(long i) {
    return !rule.excludeOutside() || (i >= 0 && i < in);
  }

  private double kernel(double t) {
    double d = Math.abs(t);
    if (rule.kind() == Kind.LINEAR) {
      return Math.max(0, 1 - d);
    }
    double a = rule.cubic();
    if (d <= 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
  }
}
