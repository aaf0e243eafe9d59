package org.ntk4j.onnx;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Value;

/// Branches: one of two graphs if the condition is known, a branch of the program if not.
final class BranchOperators {
  /// Rows.
  static final List<Operator> LIST = List.of(Operator.of("If", 1, BranchOperators::branch));

  private BranchOperators() {}

  private static List<Operand> branch(Node node) {
    Operand condition = node.input(0);
    Subgraph ifTrue = node.subgraph("then_branch");
    Subgraph ifFalse = node.subgraph("else_branch");
    if (condition.isKnown()) {
      return (condition.integer() != 0 ? ifTrue : ifFalse).apply(List.of());
    }
    return Control.cond(
            condition.value().reshape(Shape.SCALAR),
            List.of(),
            _ -> values(ifTrue),
            _ -> values(ifFalse))
        .stream()
        .map(Operand::of)
        .toList();
  }

  private static List<Value> values(Subgraph body) {
    return body.applyInside(List.of()).stream().map(Operand::value).toList();
  }
}
