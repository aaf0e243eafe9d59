package org.ntk4j.cpu.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ntk4j.core.DType;
import org.ntk4j.ir.nest.Applied;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Hoist;
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

/// Expressions and indices as instructions, each computed once where it can be.
///
/// What is known is kept in scopes: a scope is a loop body or one side of a branch, and what it
/// knows holds in the scopes within it.
final class Values implements Hoist.Place {
  private static final class Scope {
    final IdentityHashMap<Expr, String> values = new IdentityHashMap<>();
    final IdentityHashMap<Bound, String> conditions = new IdentityHashMap<>();
    final Map<Chain, String> chains = new HashMap<>();
  }

  /// A sum over the loop variables up to a level.
  private record Chain(int level, List<Long> coefficients) {}

  private final LoopNest nest;
  private final FunctionText code;
  private final Scalars scalars;
  private final Dependence dependence;
  private final Levels levels;
  private final StagedLoads staged;
  private final Deque<Scope> scopes = new ArrayDeque<>();

  Values(
      LoopNest nest,
      FunctionText code,
      Scalars scalars,
      Dependence dependence,
      Levels levels,
      StagedLoads staged) {
    this.nest = nest;
    this.code = code;
    this.scalars = scalars;
    this.dependence = dependence;
    this.levels = levels;
    this.staged = staged;
  }

  /// Does `work` in a scope of its own.
  void within(Runnable work) {
    scopes.push(new Scope());
    work.run();
    scopes.pop();
  }

  private String within(Supplier<String> work) {
    scopes.push(new Scope());
    String result = work.get();
    scopes.pop();
    return result;
  }

  /// The value of `e`.
  String of(Expr e) {
    for (Scope scope : scopes) {
      String known = scope.values.get(e);
      if (known != null) {
        return known;
      }
    }
    String value =
        switch (e) {
          case Load load -> load(load);
          case Constant(var dtype, long bits) -> Types.constant(dtype, bits);
          case Position(var dtype, var at) -> position(dtype, at);
          case Quotient quotient -> quotient(quotient);
          case Apply apply -> Applied.of(apply, all(apply.operands()), scalars);
          case Guarded guarded -> guarded(guarded);
        };
    scopes.element().values.put(e, value);
    return value;
  }

  private List<String> all(List<Expr> expressions) {
    List<String> values = new ArrayList<>();
    for (Expr e : expressions) {
      values.add(of(e));
    }
    return values;
  }

  private String position(DType dtype, Index at) {
    return scalars.convert(DType.I64, dtype, of(at));
  }

  /// In 32 bits if they suffice: those divide as vectors.
  private String quotient(Quotient e) {
    boolean narrow =
        e.value().isAffine()
            && e.value().maximum(nest.extents()) <= Integer.MAX_VALUE
            && e.divisor() <= Integer.MAX_VALUE
            && e.modulus() <= Integer.MAX_VALUE;
    DType dtype = narrow ? DType.I32 : DType.I64;
    String value = scalars.convert(DType.I64, dtype, of(e.value()));
    if (e.divisor() != 1) {
      value = scalars.binary("udiv", dtype, value, Long.toString(e.divisor()));
    }
    if (e.modulus() != 0) {
      value = scalars.binary("urem", dtype, value, Long.toString(e.modulus()));
    }
    return narrow ? code.define("zext i32 " + value + " to i64") : value;
  }

  private String guarded(Guarded e) {
    String condition = condition(e.bounds());
    if (condition.equals("true")) {
      return of(e.inside());
    }
    if (dependence.isSafe(e.inside()) && dependence.isSafe(e.outside())) {
      return scalars.select(e.dtype(), condition, of(e.inside()), of(e.outside()));
    }
    return when(condition, e.dtype(), () -> of(e.inside()), () -> of(e.outside()));
  }

  /// `condition ? inside : outside`, of which only one is computed.
  String when(String condition, DType dtype, Supplier<String> inside, Supplier<String> outside) {
    return code.branch(
        condition, Types.register(dtype), () -> within(inside), () -> within(outside));
  }

  private String load(Load e) {
    return staged
        .buffer(e)
        .map(b -> code.define("load " + Types.memory(e.dtype()) + ", ptr " + staged.address(e, b)))
        .orElseGet(() -> load(e.slot(), e.dtype(), e.at()));
  }

  /// Element `at` of `slot`.
  String load(int slot, DType dtype, Index at) {
    Slot buffer = nest.slots().get(slot);
    String type = Types.memory(dtype);
    String constant = buffer.written() ? "" : ", !invariant.load !0";
    String value =
        code.define(
            "load "
                + type
                + ", ptr "
                + address(slot, at)
                + ", align "
                + dtype.sizeBytes()
                + constant);
    return dtype == DType.BOOL ? code.define("trunc i8 " + value + " to i1") : value;
  }

  /// Replaces element `at` of `slot`.
  void store(int slot, Index at, String value) {
    DType dtype = nest.slots().get(slot).dtype();
    String stored = dtype == DType.BOOL ? code.define("zext i1 " + value + " to i8") : value;
    code.line(
        "store "
            + Types.memory(dtype)
            + " "
            + stored
            + ", ptr "
            + address(slot, at)
            + ", align "
            + dtype.sizeBytes());
  }

  private String address(int slot, Index at) {
    return pointer(slot, of(at));
  }

  /// Address of an element of `slot`.
  String pointer(int slot, String index) {
    String type = Types.memory(nest.slots().get(slot).dtype());
    return code.define("getelementptr inbounds " + type + ", ptr %s" + slot + ", i64 " + index);
  }

  /// The part of an affine index that the loops outside of here give, and the offset.
  String outer(Index index) {
    return plus(chain(index, levels.depth()), Long.toString(index.offset()), " nsw");
  }

  /// The value of `index`.
  String of(Index index) {
    String sum = plus(chain(index, levels.depth()), Long.toString(index.offset()), " nsw");
    for (Index.Scaled scaled : index.dynamic()) {
      String value = scalars.convert(scaled.value().dtype(), DType.I64, of(scaled.value()));
      sum = plus(sum, times(value, scaled.coefficient(), ""), "");
    }
    return sum;
  }

  /// The part of `index` that the loops up to `level` give.
  private String chain(Index index, int level) {
    List<Long> part = new ArrayList<>();
    for (int d = 0; d < index.rank(); d++) {
      part.add(levels.of(d) <= level ? index.coefficient(d) : 0);
    }
    Chain key = new Chain(level, part);
    for (Scope scope : scopes) {
      String known = scope.chains.get(key);
      if (known != null) {
        return known;
      }
    }
    String sum = level == 0 ? "0" : chain(index, level - 1);
    for (int d = 0; d < index.rank(); d++) {
      if (levels.of(d) == level && index.coefficient(d) != 0) {
        sum = plus(sum, times(levels.variable(d), index.coefficient(d), " nsw"), " nsw");
      }
    }
    scopes.element().chains.put(key, sum);
    return sum;
  }

  private String plus(String x, String y, String flags) {
    if (x.equals("0")) {
      return y;
    }
    return y.equals("0") ? x : code.define("add" + flags + " i64 " + x + ", " + y);
  }

  private String times(String x, long factor, String flags) {
    return factor == 1 ? x : code.define("mul" + flags + " i64 " + x + ", " + factor);
  }

  /// Whether all bounds hold; `true` if they always do.
  String condition(List<Bound> bounds) {
    String all = "true";
    for (Bound bound : bounds) {
      all = and(all, condition(bound));
    }
    return all;
  }

  private String and(String x, String y) {
    return x.equals("true") ? y : y.equals("true") ? x : code.define("and i1 " + x + ", " + y);
  }

  private String condition(Bound bound) {
    for (Scope scope : scopes) {
      String known = scope.conditions.get(bound);
      if (known != null) {
        return known;
      }
    }
    Index value = bound.value();
    boolean affine = value.isAffine();
    String number = of(value);
    String all = "true";
    if (!affine || value.minimum(nest.extents()) < bound.from()) {
      all = code.define("icmp sge i64 " + number + ", " + bound.from());
    }
    if (!affine || value.maximum(nest.extents()) >= bound.to()) {
      all = and(all, code.define("icmp slt i64 " + number + ", " + bound.to()));
    }
    if (bound.step() != 1) {
      String rest = code.define("sub i64 " + number + ", " + bound.from());
      String remainder = code.define("urem i64 " + rest + ", " + bound.step());
      all = and(all, code.define("icmp eq i64 " + remainder + ", 0"));
    }
    scopes.element().conditions.put(bound, all);
    return all;
  }

  @Override
  public boolean knows(BitSet loops) {
    return levels.of(loops) <= levels.depth();
  }

  @Override
  public boolean speculates() {
    return true;
  }

  @Override
  public void compute(Expr e) {
    of(e);
  }

  @Override
  public void decide(Bound bound) {
    condition(bound);
  }

  @Override
  public void begin(Index index) {
    chain(index, levels.depth());
  }
}
