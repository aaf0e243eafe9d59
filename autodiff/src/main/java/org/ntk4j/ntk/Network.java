package org.ntk4j.ntk;

import org.ntk4j.core.Tree;
import org.ntk4j.ir.trace.Value;

/// `y = f(params, x)`: a network as a Java function that records what it computes.
///
/// `x` holds everything that is not a parameter: the examples, and whatever else the network needs,
/// such as graph patterns or random keys (`i64[]`). An axis 0 of the outputs counts the examples.
///
/// {@snippet :
/// Network mlp =
///     (p, x) -> {
///       Value hidden = x.value().matmul(p.get("w1").value()).tanh();
///       return Tree.of(hidden.matmul(p.get("w2").value()));
///     };
/// }
@FunctionalInterface
public interface Network {
  /// Records the network's outputs; called once for each set of shapes.
  Tree<Value> apply(Tree<Value> params, Tree<Value> x);
}
