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

/// What of a nest's computations is moved out of its loops: what depends on none of the loops
/// within a place is computed there.
public final class Hoist {
  /// A place in the text of a nest, before a loop; what is computed there is known in the loop.
  public interface Place {
    /// Whether the variables of all of `loops` have values here.
    boolean knows(BitSet loops);

    /// Whether what may turn out not to be needed is computed here too, if that does no harm.
    boolean speculates();

    /// Computes `e`.
    void compute(Expr e);

    /// Decides whether `bound` holds.
    void decide(Bound bound);

    /// Computes what of `index`, its dynamic terms aside, is known here.
    void begin(Index index);
  }

  private final LoopNest nest;
  private final Dependence dependence;
  private final Place place;

  /// What was visited: whether it may not be needed.
  private final IdentityHashMap<Expr, Boolean> seen = new IdentityHashMap<>();

  private Hoist(LoopNest nest, Dependence dependence, Place place) {
    this.nest = nest;
    this.dependence = dependence;
    this.place = place;
  }

  /// Computes at `place` what of the stores of `nest` can be.
  public static void to(Place place, LoopNest nest, Dependence dependence) {
    new Hoist(nest, dependence, place).stores();
  }

  private void stores() {
    for (LoopNest.Store store : nest.stores()) {
      boolean conditional = !store.bounds().isEmpty();
      visit(store.bounds(), false);
      visit(store.at(), conditional);
      visit(store.value(), conditional);
    }
  }

  private void visit(Expr e, boolean conditional) {
    Boolean before = seen.get(e);
    if (before != null && (conditional || !before)) {
      return;
    }
    seen.put(e, conditional);
    if (place.knows(dependence.of(e))
        && (!conditional || (place.speculates() && dependence.isSafe(e)))) {
      place.compute(e);
      return;
    }
    switch (e) {
      case Load(_, _, var at) -> visit(at, conditional);
      case Constant _ -> {}
      case Position(_, var at) -> visit(at, conditional);
      case Quotient(var at, _, _) -> visit(at, conditional);
      case Apply(_, _, var operands) -> {
        for (Expr x : operands) {
          visit(x, conditional);
        }
      }
      case Guarded(var bounds, var inside, var outside) -> {
        visit(bounds, conditional);
        visit(inside, true);
        visit(outside, true);
      }
    }
  }

  private void visit(Index index, boolean conditional) {
    place.begin(index);
    index.dynamic().forEach(s -> visit(s.value(), conditional));
  }

  private void visit(List<Bound> bounds, boolean conditional) {
    for (Bound bound : bounds) {
      List<Bound> one = List.of(bound);
      if (place.knows(dependence.of(one))
          && (!conditional || (place.speculates() && dependence.isSafe(one)))) {
        place.decide(bound);
      } else {
        visit(bound.value(), conditional);
      }
    }
  }
}
