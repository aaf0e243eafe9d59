package org.ntk4j.ir.schedule;

import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.WindowSum;

/// Values that need no memory of their own, as they are other values seen through strides.
final class Views {
  private Views() {}

  /// `base` seen through `view`, whose buffer is yet to be named.
  record Seen(Var base, View view) {}

  /// `v` as far back as strides go, at most to one of `stored`; at least `v` itself.
  static Seen of(Graph graph, Var v, Set<Var> stored) {
    Optional<Equation> definition = stored.contains(v) ? Optional.empty() : graph.definition(v);
    return definition
        .flatMap(e -> moved(graph, e, stored))
        .orElseGet(() -> new Seen(v, View.rowMajor(-1, v.aval().dtype(), v.aval().shape())));
  }

  private static Optional<Seen> moved(Graph graph, Equation e, Set<Var> stored) {
    Optional<Movement> movement = movement(e.op(), e);
    if (movement.isEmpty()
        || e.result().aval().size() == 0
        || !(e.in().getFirst() instanceof Var x)) {
      return Optional.empty();
    }
    Seen seen = of(graph, x, stored);
    return movement.get().of(seen.view()).map(view -> new Seen(seen.base(), view));
  }

  /// A change of strides; empty where it cannot be one.
  private interface Movement {
    Optional<View> of(View x);
  }

  private static Optional<Movement> movement(Primitive op, Equation e) {
    return switch (op) {
      case Multilinear m -> movement(m, e);
      case Elementwise _, PiecewiseConstant _, Nonlinear _, HigherOrder _ -> Optional.empty();
    };
  }

  private static Optional<Movement> movement(Multilinear op, Equation e) {
    return switch (op) {
      case Transpose(var permutation) -> Optional.of(x -> Optional.of(x.transpose(permutation)));
      case Reshape(var shape) -> Optional.of(x -> x.reshape(shape));
      case Broadcast(var shape, var axes) ->
          Optional.of(x -> Optional.of(x.broadcast(shape, axes)));
      case Reverse(var axes) -> Optional.of(x -> Optional.of(x.reverse(axes)));
      case Slice(var start, _, var stride) ->
          Optional.of(x -> x.slice(start, stride, e.result().aval().shape()));
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> Optional.empty();
      case Pad _, Concatenate _, Gather _, DynamicSlice _, DynamicUpdateSlice _ -> Optional.empty();
      case ReduceSum _, WindowSum _, ScatterAdd _, CumSum _, Contract _, Conv _ -> Optional.empty();
    };
  }
}
