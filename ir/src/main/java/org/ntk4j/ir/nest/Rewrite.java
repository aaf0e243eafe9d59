package org.ntk4j.ir.nest;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
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

/// A nest with other loops for the same iterations. What was one object stays one.
public final class Rewrite {
  private final UnaryOperator<List<Long>> coefficients;
  private final IdentityHashMap<Expr, Expr> rewritten = new IdentityHashMap<>();

  private Rewrite(UnaryOperator<List<Long>> coefficients) {
    this.coefficients = coefficients;
  }

  /// `nest` over other loops.
  ///
  /// @param extents of the new loops
  /// @param coefficients from those of the old loops to those of the new
  public static LoopNest of(
      LoopNest nest, List<Long> extents, UnaryOperator<List<Long>> coefficients) {
    Rewrite rewrite = new Rewrite(coefficients);
    return new LoopNest(extents, nest.slots(), nest.stores().stream().map(rewrite::store).toList());
  }

  private Store store(Store s) {
    return new Store(s.slot(), s.combine(), bounds(s.bounds()), index(s.at()), of(s.value()));
  }

  private List<Bound> bounds(List<Bound> bounds) {
    return bounds.stream()
        .map(b -> new Bound(index(b.value()), b.from(), b.to(), b.step()))
        .toList();
  }

  private Index index(Index index) {
    return new Index(
        index.offset(),
        coefficients.apply(index.coefficients()),
        index.dynamic().stream().map(s -> new Scaled(s.coefficient(), of(s.value()))).toList());
  }

  private List<Expr> all(List<Expr> expressions) {
    List<Expr> result = new ArrayList<>();
    for (Expr e : expressions) {
      result.add(of(e));
    }
    return result;
  }

  private Expr of(Expr e) {
    Expr known = rewritten.get(e);
    if (known != null) {
      return known;
    }
    Expr result =
        switch (e) {
          case Load(int slot, var dtype, var at) -> new Load(slot, dtype, index(at));
          case Constant constant -> constant;
          case Position(var dtype, var value) -> new Position(dtype, index(value));
          case Quotient(var value, long divisor, long modulus) ->
              new Quotient(index(value), divisor, modulus);
          case Apply(var op, var dtype, var operands) -> new Apply(op, dtype, all(operands));
          case Guarded(var bounds, var inside, var outside) ->
              new Guarded(bounds(bounds), of(inside), of(outside));
        };
    rewritten.put(e, result);
    return result;
  }
}
