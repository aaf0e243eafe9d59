package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjDoubleConsumer;
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
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The loads of a nest, and how often they are done: of what is guarded either side half the time.
final class NestLoads {
  /// Less is as good as never.
  private static final double RARE = 1.0 / 256;

  private final IdentityHashMap<Expr, Double> seen = new IdentityHashMap<>();
  private final List<Load> loads = new ArrayList<>();

  private NestLoads() {}

  static NestLoads of(LoopNest nest) {
    NestLoads loads = new NestLoads();
    for (Store store : nest.stores()) {
      loads.visit(store.bounds(), 1);
      double often = store.bounds().isEmpty() ? 1 : 0.5;
      loads.visit(store.at(), often);
      loads.visit(store.value(), often);
    }
    return loads;
  }

  /// Calls `use` with each load, ids too, and its frequency.
  void forEach(ObjDoubleConsumer<Load> use) {
    for (Load load : loads) {
      use.accept(load, Objects.requireNonNull(seen.get(load), "bug: a load was not seen"));
    }
  }

  private void visit(List<Bound> bounds, double often) {
    bounds.forEach(b -> visit(b.value(), often));
  }

  private void visit(Index index, double often) {
    index.dynamic().forEach(s -> visit(s.value(), often));
  }

  private void visit(Expr e, double often) {
    Double before = seen.get(e);
    if (before != null && before >= often) {
      return;
    }
    seen.put(e, often);
    if (before == null && e instanceof Load load) {
      loads.add(load);
    }
    switch (e) {
      case Load(_, _, var at) -> visit(at, often);
      case Constant _ -> {}
      case Position(_, var value) -> visit(value, often);
      case Quotient(var value, _, _) -> visit(value, often);
      case Apply(_, _, var operands) -> {
        for (Expr x : operands) {
          visit(x, often);
        }
      }
      case Guarded(var bounds, var inside, var outside) -> {
        visit(bounds, often);
        visit(inside, Math.max(RARE, often / 2));
        visit(outside, Math.max(RARE, often / 2));
      }
    }
  }
}
