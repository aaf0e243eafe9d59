package org.ntk4j.onnx;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.trace.Value;

/// Tensors out of sizes and numbers.
final class CreationOperators {
  private static final long MAX_RANGE = 1L << 28;

  /// Rows.
  static final List<Operator> LIST =
      List.of(
          Operator.of("Constant", 1, CreationOperators::constant)
              .refusing(CreationOperators::refuseConstant),
          Operator.single("ConstantOfShape", 9, CreationOperators::constantOfShape),
          Operator.single("EyeLike", 9, CreationOperators::eyeLike)
              .refusing(a -> a.dtypeProblem("dtype")),
          Operator.single("OneHot", 9, CreationOperators::oneHot).steering(1, 2),
          Operator.of("Range", 11, CreationOperators::range).steering(0, 1, 2),
          Operator.single("Trilu", 14, CreationOperators::trilu));

  private CreationOperators() {}

  private static Optional<String> refuseConstant(Attributes attributes) {
    boolean text = attributes.has("value_string") || attributes.has("value_strings");
    if (text || attributes.has("sparse_value")) {
      return Optional.of("a constant of strings or a sparse one; not supported");
    }
    return attributes.tensorProblem("value");
  }

  private static List<Operand> constant(Node node) {
    Attributes a = node.attributes();
    DType floats = a.floats();
    Tensor value =
        a.tensor("value")
            .or(() -> a.integer("value_int").map(i -> Tensor.of(new long[] {i}, new long[0])))
            .or(() -> a.number("value_float").map(x -> Tensor.fill(floats, Shape.SCALAR, x)))
            .or(() ->
                a.integers("value_ints")
                    .map(i -> Tensor.of(i.stream().mapToLong(v -> v).toArray(), i.size())))
            .or(() ->
                a.numbers("value_floats")
                    .map(x ->
                        Tensor.of(x.stream().mapToDouble(v -> v).toArray(), x.size()).to(floats)))
            .orElseThrow(() -> node.error("has no value"));
    return List.of(Operand.known(value));
  }

  private static Value constantOfShape(Node node) {
    Shape shape = Shape.of(node.input(0).longs());
    Tensor value =
        node.attributes()
            .tensor("value")
            .orElseGet(() -> Tensor.zeros(node.attributes().floats(), Shape.of(1)));
    if (value.size() != 1) {
      throw node.error("has a value of shape " + value.shape() + "; expected one element");
    }
    return node.constant(value).reshape(Shape.SCALAR).broadcastTo(shape);
  }

  private static Value eyeLike(Node node) {
    Operand x = node.input(0);
    if (x.rank() != 2) {
      throw node.error("is given " + x.aval() + "; expected a matrix");
    }
    DType dtype = node.attributes().dtype("dtype").orElse(x.dtype());
    return diagonalOffset(node, x.shape()).eq(node.attributes().integer("k", 0)).cast(dtype);
  }

  /// `column - row` for the last two axes.
  private static Value diagonalOffset(Node node, Shape shape) {
    Value anchor = node.full(DType.I64, Shape.SCALAR, 0);
    int last = shape.rank() - 1;
    return anchor.iota(DType.I64, shape, last).sub(anchor.iota(DType.I64, shape, last - 1));
  }

  private static Value trilu(Node node) {
    Value x = node.value(0);
    long k = node.optionalInput(1).map(Operand::integer).orElse(0L);
    Value offset = diagonalOffset(node, x.shape());
    Value kept = node.attributes().flag("upper", true) ? offset.ge(k) : offset.le(k);
    return x.dtype() == DType.BOOL ? kept.and(x) : kept.where(x, 0);
  }

  private static Value oneHot(Node node) {
    Value ids = node.value(0);
    double depth = node.input(1).number();
    if (!(depth >= 1 && depth <= MAX_RANGE)) {
      throw node.error("has depth " + depth + "; expected at least 1");
    }
    Value values = node.value(2);
    int axis = node.axis(node.attributes().integer("axis", -1), ids.rank() + 1);
    Value counted = ids.lt(0).where(ids.add((long) depth), ids);
    Shape shape = ids.shape().insert(axis, (long) depth);
    Value labels = ids.iota(ids.dtype(), shape, axis);
    Value hot = counted.expandDims(axis).broadcastTo(shape).eq(labels);
    return hot.where(values.get(0, 1), values.get(0, 0));
  }

  private static List<Operand> range(Node node) {
    Tensor start = node.input(0).tensor();
    double from = node.input(0).number();
    double step = node.input(2).number();
    double count = Math.ceil((node.input(1).number() - from) / step);
    if (step == 0 || !(count <= MAX_RANGE)) {
      throw node.error("counts %s elements; expected at most %d".formatted(count, MAX_RANGE));
    }
    Tensor y = Tensor.zeros(start.dtype(), Shape.of(Math.max(0, (long) count)));
    for (long i = 0; i < y.size(); i++) {
      if (y.dtype().isFloating()) {
        y.setDouble(i, from + i * step);
      } else {
        y.setLong(i, start.getLong(0) + i * node.input(2).tensor().getLong(0));
      }
    }
    return List.of(Operand.known(y));
  }
}
