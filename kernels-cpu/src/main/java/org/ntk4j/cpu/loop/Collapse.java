package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// The same nest with fewer loops: loops of one iteration go, and two loops become one where every
/// index steps through them as through one.
final class Collapse {
  private final List<Integer> kept;
  private final Map<Expr, Expr> rewritten = new IdentityHashMap<>();

  private Collapse(List<Integer> kept) {
    this.kept = kept;
  }

  static LoopNest of(LoopNest nest) {
    List<Index> indices = Accesses.of(nest).indices();
    List<Long> extents = new ArrayList<>(nest.extents());
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < nest.rank(); d++) {
      if (extents.get(d) != 1) {
        kept.add(d);
      }
    }
    while (merge(indices, extents, kept)) {}
    return new Collapse(kept).rewrite(nest, kept.stream().map(extents::get).toList());
  }

  /// Joins one loop with another, if any can be.
  private static boolean merge(List<Index> indices, List<Long> extents, List<Integer> kept) {
    for (int outer : kept) {
      for (int inner : kept) {
        long extent = extents.get(inner);
        if (outer != inner
            && indices.stream()
                .allMatch(i -> i.coefficient(outer) == i.coefficient(inner) * extent)) {
          extents.set(inner, extents.get(outer) * extent);
          kept.remove((Integer) outer);
          return true;
        }
      }
    }
    return false;
  }

  private LoopNest rewrite(LoopNest nest, List<Long> extents) {
    return new LoopNest(
        extents,
        nest.slots(),
        nest.stores().stream()
            .map(
                s ->
                    new Store(
                        s.slot(),
                        s.combine(),
                        rewrite(s.bounds()),
                        rewrite(s.at()),
                        rewrite(s.value())))
            .toList());
  }

  private List<Bound> rewrite(List<Bound> bounds) {
    return bounds.stream()
        .map(b -> new Bound(rewrite(b.value()), b.from(), b.to(), b.step()))
        .toList();
  }

  private Index rewrite(Index index) {
    return new Index(
        index.offset(),
        kept.stream().map(index::coefficient).toList(),
        index.dynamic().stream()
            .map(s -> new Scaled(s.coefficient(), rewrite(s.value())))
            .toList());
  }

  private Expr rewrite(Expr e) {
    Expr known = rewritten.get(e);
    if (known != null) {
      return known;
    }
    Expr result =
        switch (e) {
          case Load(int slot, var dtype, var at) -> new Load(slot, dtype, rewrite(at));
          case Constant constant -> constant;
          case Position(var dtype, var value) -> new Position(dtype, rewrite(value));
          case Quotient(var value, long divisor, long modulus) ->
              new Quotient(rewrite(value), divisor, modulus);
          case Apply(var op, var dtype, var operands) ->
              new Apply(op, dtype, operands.stream().map(this::rewrite).toList());
          case Guarded(var bounds, var inside, var outside) ->
              new Guarded(rewrite(bounds), rewrite(inside), rewrite(outside));
        };
    rewritten.put(e, result);
    return result;
  }
}
