package org.ntk4j.ir.schedule;

import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Transpose;

/// Values that need no memory of their own, as they are other values seen through strides.
final class Views {
  private Views() {}

  /// `base` seen through `view`, whose buffer is yet to be named.
  record Seen(Var base, View view) {}

  /// `v` as far back as strides go, at most to one of `stored`; at least `v` itself.
  static Seen of(Graph graph, Var v, Set<Var> stored) {
    Optional<Equation> definition = graph.definition(v);
    if (definition.isPresent() && definition.get().in().size() == 1 && !stored.contains(v)) {
      Equation e = definition.get();
      if (e.in().getFirst() instanceof Var x && isMovement(e)) {
        Seen seen = of(graph, x, stored);
        Optional<View> moved = move(e, seen.view());
        if (moved.isPresent()) {
          return new Seen(seen.base(), moved.get());
        }
      }
    }
    return new Seen(v, View.rowMajor(-1, v.aval().dtype(), v.aval().shape()));
  }

  private static boolean isMovement(Equation e) {
    return e.op() instanceof Transpose
        || e.op() instanceof Reshape
        || e.op() instanceof Broadcast
        || e.op() instanceof Slice
        || e.op() instanceof Reverse;
  }

  private static Optional<View> move(Equation e, View x) {
    if (e.result().aval().size() == 0) {
      return Optional.empty();
    }
    if (e.op() instanceof Transpose(var permutation)) {
      return Optional.of(x.transpose(permutation));
    }
    if (e.op() instanceof Reshape(var shape)) {
      return x.reshape(shape);
    }
    if (e.op() instanceof Broadcast(var shape, var axes)) {
      return Optional.of(x.broadcast(shape, axes));
    }
    if (e.op() instanceof Reverse(var axes)) {
      return Optional.of(x.reverse(axes));
    }
    if (e.op() instanceof Slice(var start, _, var stride)) {
      return x.slice(start, stride, e.result().aval().shape());
    }
    return Optional.empty();
  }
}
