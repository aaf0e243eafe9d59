package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Functions;
import org.ntk4j.ir.trace.Value;

/// Resizing by interpolation: one product with a small matrix along each axis that changes.
final class ResizeOperators {
  static final List<Operator> LIST =
      List.of(
          Operator.single("Upsample", 7, n -> simple(n, scaleAttribute(n))),
          Operator.single("Upsample", 9, n -> simple(n, n.input(1).numbers())).steering(1),
          Operator.single("Resize", 10, n -> simple(n, n.input(1).numbers())).steering(1),
          Operator.single("Resize", 11, ResizeOperators::resize).steering(1, 2, 3));

  private ResizeOperators() {}

  private static List<Double> scaleAttribute(Node node) {
    return node.attributes().required("scales", node.attributes().numbers("scales"));
  }

  /// The operators before opset 11: `x_in = x_out / scale`.
  private static Value simple(Node node, List<Double> scales) {
    Value x = node.value(0);
    if (scales.size() != x.rank()) {
      throw node.error("scales %s for an operand of rank %d".formatted(scales, x.rank()));
    }
    String mode = node.attributes().text("mode", "nearest");
    ResizeAxis.Rule rule =
        new ResizeAxis.Rule(
            ResizeAxis.kind(node, mode), "asymmetric", "floor", false, false, -0.75);
    Value y = x;
    for (int axis = 0; axis < x.rank(); axis++) {
      long out = (long) Math.floor(x.dim(axis) * scales.get(axis));
      y = along(node, y, axis, new ResizeAxis(rule, y.dim(axis), out, scales.get(axis), 0, 1));
    }
    return y;
  }

  private static Value resize(Node node) {
    Value x = node.value(0);
    Attributes a = node.attributes();
    List<Integer> axes =
        a.integers("axes")
            .map(stated -> node.axes(stated, x.rank()))
            .orElseGet(() -> java.util.stream.IntStream.range(0, x.rank()).boxed().toList());
    ResizeAxis.Rule rule = rule(node);
    List<ResizeAxis> parts = parts(node, x, axes, rule);
    Value y = x;
    Optional<Value> outside = Optional.empty();
    for (int k = 0; k < axes.size(); k++) {
      int axis = axes.get(k);
      y = along(node, y, axis, parts.get(k));
    }
    for (int k = 0; k < axes.size(); k++) {
      Tensor beyond = parts.get(k).outside();
      if (beyond.size() > 0) {
        List<Long> dims = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
        dims.set(axes.get(k), beyond.size());
        Value mask = node.constant(beyond).reshape(org.ntk4j.core.Shape.of(dims));
        outside = Optional.of(outside.map(o -> o.or(mask)).orElse(mask));
      }
    }
    Value all = y;
    double number = a.number("extrapolation_value", 0);
    return outside.map(mask -> mask.where(all.like(number), all)).orElse(all);
  }

  private static ResizeAxis.Rule rule(Node node) {
    Attributes a = node.attributes();
    return new ResizeAxis.Rule(
        ResizeAxis.kind(node, a.text("mode", "nearest")),
        a.text("coordinate_transformation_mode", "half_pixel"),
        a.text("nearest_mode", "round_prefer_floor"),
        a.flag("antialias", false),
        a.flag("exclude_outside", false),
        a.number("cubic_coeff_a", -0.75));
  }

  private static List<ResizeAxis> parts(
      Node node, Value x, List<Integer> axes, ResizeAxis.Rule rule) {
    int count = axes.size();
    List<Double> scales = numbers(node, 2);
    List<Double> sizes = numbers(node, 3);
    boolean bySize = !sizes.isEmpty();
    if ((bySize ? sizes : scales).size() != count) {
      throw node.error(
          "scales %s and sizes %s; expected one of them, for %d axes"
              .formatted(scales, sizes, count));
    }
    boolean crop = rule.coordinates().equals("tf_crop_and_resize");
    List<Double> roi = crop ? numbers(node, 1) : List.of();
    if (crop && roi.size() != 2 * count) {
      throw node.error("roi has %d numbers; expected %d".formatted(roi.size(), 2 * count));
    }
    List<Double> factors = bySize ? factors(node, x, axes, sizes) : scales;
    String policy = node.attributes().text("keep_aspect_ratio_policy", "stretch");
    List<ResizeAxis> parts = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      long in = x.dim(axes.get(k));
      double scale = factors.get(k);
      long out =
          !bySize
              ? (long) Math.floor(in * scale)
              : policy.equals("stretch")
                  ? sizes.get(k).longValue()
                  : (long) Math.floor(in * scale + 0.5);
      double from = crop ? roi.get(k) : 0;
      double to = crop ? roi.get(count + k) : 1;
      parts.add(new ResizeAxis(rule, in, out, scale, from, to));
    }
    return parts;
  }

  private static List<Double> numbers(Node node, int input) {
    return node.optionalInput(input).map(Operand::numbers).orElse(List.of());
  }

  private static List<Double> factors(Node node, Value x, List<Integer> axes, List<Double> sizes) {
    List<Double> factors = new ArrayList<>();
    for (int k = 0; k < axes.size(); k++) {
      factors.add(sizes.get(k) / x.dim(axes.get(k)));
    }
    String policy = node.attributes().text("keep_aspect_ratio_policy", "stretch");
    return switch (policy) {
      case "stretch" -> factors;
      case "not_larger" -> Collections.nCopies(axes.size(), Collections.min(factors));
      case "not_smaller" -> Collections.nCopies(axes.size(), Collections.max(factors));
      default -> throw node.error("keep_aspect_ratio_policy is " + policy);
    };
  }

  private static Value along(Node node, Value x, int axis, ResizeAxis part) {
    if (part.isIdentity()) {
      return x;
    }
    if (part.rule().kind() == ResizeAxis.Kind.NEAREST) {
      return x.gather(node.constant(part.nearest(node)), axis);
    }
    Value weights = node.constant(part.weights(node).to(x.dtype()));
    Value moved = x.moveAxis(axis, -1);
    return Functions.einsum("...i,oi->...o", moved, weights).moveAxis(-1, axis);
  }
}
