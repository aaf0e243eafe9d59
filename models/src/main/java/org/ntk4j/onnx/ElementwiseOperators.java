package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.ir.trace.Value;

/// Functions of each element, comparison and logic.
final class ElementwiseOperators {
  /// Rows.
  static final List<Operator> LIST =
      List.of(Operator.unary("Exp", 6, Value::exp), Operator.binary("Add", 7, Value::add));

  private ElementwiseOperators() {}
}
