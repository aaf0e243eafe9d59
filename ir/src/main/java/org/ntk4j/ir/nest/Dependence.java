package org.ntk4j.ir.nest;

import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Expr.Constant;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Expr.Position;
import org.ntk4j.ir.schedule.Expr.Quotient;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Slot;

/// On which loops an expression depends, and whether it may be computed anywhere.
public final class Dependence {
  private final List<Long> extents;
  private final List<Slot> slots;
  private final IdentityHashMap<Expr, BitSet> loops = new IdentityHashMap<>();
  private final IdentityHashMap<Expr, Boolean> safe = new IdentityHashMap<>();

  /// Answers for expressions of `nest`.
  public Dependence(LoopNest nest) {
    this.extents = nest.extents();
    this.slots = nest.slots();
  }

  /// The loops on which the value of `e` depends.
  public BitSet of(Expr e) {
    BitSet known = loops.get(e);
    if (known != null) {
      return known;
    }
    BitSet result = new BitSet();
    switch (e) {
      case Load(_, _, var at) -> result.or(of(at));
      case Constant _ -> {}
      case Position(_, var value) -> result.or(of(value));
      case Quotient(var value, _, _) -> result.or(of(value));
      case Apply(_, _, var operands) -> {
        for (Expr x : operands) {
          result.or(of(x));
        }
      }
      case Guarded(var bounds, var inside, var outside) -> {
        result.or(of(bounds));
        result.or(of(inside));
        result.or(of(outside));
      }
    }
    loops.put(e, result);
    return result;
  }

  /// The loops on which `index` depends.
  public BitSet of(Index index) {
    BitSet result = new BitSet();
    for (int d = 0; d < index.rank(); d++) {
      if (index.coefficient(d) != 0) {
        result.set(d);
      }
    }
    index.dynamic().forEach(s -> result.or(of(s.value())));
    return result;
  }

  /// The loops on which it depends whether `bounds` hold.
  public BitSet of(List<Bound> bounds) {
    BitSet result = new BitSet();
    bounds.forEach(b -> result.or(of(b.value())));
    return result;
  }

  /// Whether `e` can be computed in every iteration, also where its value is not wanted.
  public boolean isSafe(Expr e) {
    Boolean known = safe.get(e);
    if (known != null) {
      return known;
    }
    boolean result =
        switch (e) {
          case Load(int slot, _, var at) -> isInside(slot, at);
          case Constant _ -> true;
          case Position(_, var value) -> isSafe(value);
          case Quotient(var value, _, _) -> isSafe(value);
          case Apply(_, _, var operands) -> areSafe(operands);
          case Guarded(var bounds, var inside, var outside) ->
              isSafe(bounds) && isSafe(inside) && isSafe(outside);
        };
    safe.put(e, result);
    return result;
  }

  private boolean areSafe(List<Expr> expressions) {
    for (Expr e : expressions) {
      if (!isSafe(e)) {
        return false;
      }
    }
    return true;
  }

  /// Whether it can be decided in every iteration whether `bounds` hold.
  public boolean isSafe(List<Bound> bounds) {
    return bounds.stream().allMatch(b -> isSafe(b.value()));
  }

  private boolean isSafe(Index index) {
    return index.dynamic().stream().allMatch(s -> isSafe(s.value()));
  }

  /// Whether `index` is an element of `slot` in every iteration.
  public boolean isInside(int slot, Index index) {
    return index.isAffine()
        && index.minimum(extents) >= 0
        && index.maximum(extents) < slots.get(slot).elements();
  }
}
