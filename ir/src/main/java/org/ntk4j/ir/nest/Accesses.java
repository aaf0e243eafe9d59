package org.ntk4j.ir.nest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
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

/// What a nest computes, as lists: every expression and every index, each object once.
///
/// Expressions are told apart as objects: they are deep, and comparing them would take forever.
public final class Accesses {
  private final Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Load> loads = new ArrayList<>();
  private final List<Apply> applied = new ArrayList<>();
  private final List<Index> indices = new ArrayList<>();

  private Accesses() {}

  /// Those of `nest`.
  public static Accesses of(LoopNest nest) {
    Accesses found = new Accesses();
    for (LoopNest.Store store : nest.stores()) {
      store.bounds().forEach(found::visit);
      found.visit(store.at());
      found.visit(store.value());
    }
    return found;
  }

  /// All loads, those of ids too.
  public List<Load> loads() {
    return loads;
  }

  /// All primitives applied.
  public List<Apply> applied() {
    return applied;
  }

  /// All indices: of loads, stores, bounds and positions.
  public List<Index> indices() {
    return indices;
  }

  private void visit(Bound bound) {
    visit(bound.value());
  }

  private void visit(Index index) {
    indices.add(index);
    index.dynamic().forEach(scaled -> visit(scaled.value()));
  }

  private void visit(Expr e) {
    if (!seen.add(e)) {
      return;
    }
    switch (e) {
      case Load load -> {
        loads.add(load);
        visit(load.at());
      }
      case Constant _ -> {}
      case Position(_, var value) -> visit(value);
      case Quotient(var value, _, _) -> visit(value);
      case Apply apply -> {
        applied.add(apply);
        for (Expr x : apply.operands()) {
          visit(x);
        }
      }
      case Guarded(var bounds, var inside, var outside) -> {
        bounds.forEach(this::visit);
        visit(inside);
        visit(outside);
      }
    }
  }
}
