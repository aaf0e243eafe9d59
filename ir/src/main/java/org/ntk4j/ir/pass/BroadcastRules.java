package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;

/// Rules that compute before repeating.
final class BroadcastRules {
  private BroadcastRules() {}

  static Optional<Atom> piecewise(Rewriter r, PiecewiseConstant op, List<Atom> in) {
    return switch (op) {
      case Compare _, Logic _, Step _, Classify _, StopGradient _ -> pull(r, op, in);
      case Cast(var to) when to == in.getFirst().aval().dtype() -> Optional.of(in.getFirst());
      case Cast _ -> pull(r, op, in);
      case ArgExtremum _, Iota _, Constant _, RandomBits _ -> Optional.empty();
    };
  }

  /// `f(broadcast(x), broadcast(y), c) = broadcast(f(x, y, c))` for `f` that treats all elements
  /// alike and a literal `c`.
  static Optional<Atom> pull(Rewriter r, Primitive op, List<Atom> in) {
    Optional<Broadcast> common =
        in.stream().flatMap(x -> r.match(x, Broadcast.class).stream()).findFirst();
    return common.flatMap(broadcast -> pull(r, op, in, broadcast));
  }

  private static Optional<Atom> pull(Rewriter r, Primitive op, List<Atom> in, Broadcast broadcast) {
    Shape inner = broadcast.shape().subShape(0, 0);
    for (int axis : broadcast.axes()) {
      inner = inner.insert(inner.rank(), broadcast.shape().dim(axis));
    }
    if (inner.size() >= broadcast.shape().size()) {
      return Optional.empty();
    }
    List<Atom> small = new ArrayList<>();
    for (Atom x : in) {
      if (x instanceof Literal literal) {
        small.add(new Literal(x.aval().withShape(inner), literal.bits()));
      } else if (r.match(x, Broadcast.class).filter(broadcast::equals).isPresent()) {
        small.add(r.operand(x, 0));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(r.emit(broadcast, r.emit(op, small)));
  }
}
