package org.ntk4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Value;

/// Operators of opset 6, where attributes say how operands broadcast.
final class LegacyOperators {
  /// The last opset of them.
  static final int LAST = 6;

  static final List<Operator> LIST =
      List.of(
          binary("Add", Value::add),
          binary("Sub", Value::sub),
          binary("Mul", Value::mul),
          binary("Div", Value::div),
          binary("Pow", Value::pow),
          binary("And", Value::and),
          binary("Or", Value::or),
          binary("Xor", Value::xor),
          binary("Equal", Value::eq),
          binary("Less", Value::lt),
          binary("Greater", Value::gt),
          Operator.single("PRelu", LAST, LegacyOperators::prelu),
          Operator.single("Gemm", LAST, ProductOperators::gemm));

  private LegacyOperators() {}

  private static Operator binary(String name, BinaryOperator<Value> fn) {
    return Operator.single(
        name, LAST, node -> fn.apply(node.value(0), aligned(node, node.value(0), node.value(1))));
  }

  /// `y` with its first axis under axis `axis` of `x`; under the last ones if that is not given.
  private static Value aligned(Node node, Value x, Value y) {
    if (!node.attributes().flag("broadcast", false)) {
      if (!x.shape().equals(y.shape())) {
        throw node.error("operands %s and %s differ in shape".formatted(x.aval(), y.aval()));
      }
      return y;
    }
    long first = node.attributes().integer("axis", x.rank() - y.rank());
    return y.rank() == 0 ? y : at(node, x, y, node.axis(first, x.rank()));
  }

  private static Value at(Node node, Value x, Value y, int first) {
    int after = x.rank() - first - y.rank();
    if (after < 0) {
      throw node.error("%s does not fit %s from axis %d".formatted(y.aval(), x.aval(), first));
    }
    List<Long> dims = new ArrayList<>(y.shape().dims());
    dims.addAll(Collections.nCopies(after, 1L));
    return y.reshape(Shape.of(dims));
  }

  /// A vector of slopes belongs to the channels.
  private static Value prelu(Node node) {
    Value x = node.value(0);
    Value slope = node.value(1);
    boolean channels = slope.rank() == 1 && slope.size() > 1 && x.rank() > 1;
    Value fitted = channels ? at(node, x, slope, 1) : slope;
    return x.lt(0).where(x.mul(fitted), x);
  }
}
