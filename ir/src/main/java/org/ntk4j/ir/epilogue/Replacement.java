package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Expr.Position;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.Index.Scaled;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Expressions with other numbers of slots, and with an expression in place of another one. What
/// was one object stays one.
final class Replacement {
  private final IntUnaryOperator slots;
  private final IdentityHashMap<Expr, Expr> known = new IdentityHashMap<>();

  /// @param slots from old numbers to new ones
  Replacement(IntUnaryOperator slots) {
    this.slots = slots;
  }

  /// Puts `other`, in new numbers, in the place of `e`.
  Replacement with(Expr e, Expr other) {
    known.put(e, other);
    return this;
  }

  Store of(Store s) {
    return new Store(
        slots.applyAsInt(s.slot()), s.combine(), of(s.bounds()), of(s.at()), of(s.value()));
  }

  Expr of(Expr e) {
    Expr done = known.get(e);
    if (done == null) {
      done = made(e);
      known.put(e, done);
    }
    return done;
  }

  private Expr made(Expr e) {
    return switch (e) {
      case Load(int slot, var dtype, var at) -> new Load(slots.applyAsInt(slot), dtype, of(at));
      case Constant constant -> constant;
      case Position(var dtype, var value) -> new Position(dtype, of(value));
      case Quotient(var value, long divisor, long modulus) ->
          new Quotient(of(value), divisor, modulus);
      case Apply(var op, var dtype, var operands) -> new Apply(op, dtype, all(operands));
      case Guarded(var bounds, var inside, var outside) ->
          new Guarded(of(bounds), of(inside), of(outside));
    };
  }

  private List<Expr> all(List<Expr> expressions) {
    List<Expr> result = new ArrayList<>();
    for (Expr e : expressions) {
      result.add(of(e));
    }
    return result;
  }

  private List<Bound> of(List<Bound> bounds) {
    return bounds.stream().map(b -> new Bound(of(b.value()), b.from(), b.to(), b.step())).toList();
  }

  private Index of(Index index) {
    return new Index(
        index.offset(),
        index.coefficients(),
        index.dynamic().stream().map(s -> new Scaled(s.coefficient(), of(s.value()))).toList());
  }
}
