package org.ntk4j.ir.schedule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.UnaryFn;
import org.ntk4j.ir.op.WindowSum;

/// Which values are stored in memory; the others are computed wherever they are used.
///
/// Inputs and results of steps of their own always are. A pointwise value is where computing it
/// again would cost more than storing and loading it.
final class Materialized {
  /// Larger expressions compile slowly.
  private static final int MOST_NODES = 48;

  /// Operations that are worth a store and a load.
  private static final double WORTH_A_BUFFER = 3;

  private static final double TRANSCENDENTAL = 10;
  private static final double DIVISION = 4;

  private final Graph graph;
  private final Set<Var> chosen = new HashSet<>();
  private final Map<Var, Effort> efforts = new HashMap<>();

  /// What it takes to compute an element where it is used.
  ///
  /// @param work operations
  /// @param loads elements read
  /// @param nodes size of the expression
  private record Effort(double work, double loads, int nodes) {
    static final Effort NONE = new Effort(0, 0, 0);
    static final Effort LOAD = new Effort(0, 1, 1);

    Effort plus(Effort other) {
      return new Effort(work + other.work, loads + other.loads, nodes + other.nodes);
    }
  }

  /// @param forced values that must be in memory
  Materialized(Graph graph, Set<Var> forced) {
    this.graph = graph;
    forced.forEach(v -> chosen.add(graph.origin(v)));
    graph.program().inputs().forEach(chosen::add);
    for (Equation e : graph.program().equations()) {
      e.in().forEach(x -> beforeUse(e, x));
      e.out().forEach(v -> define(e, v));
    }
  }

  /// Whether `v`, which reshapes nothing, is in memory.
  boolean contains(Var v) {
    return chosen.contains(v);
  }

  /// Chooses `x` if `e` would compute elements of it several times.
  private void beforeUse(Equation e, Atom x) {
    if (!(x instanceof Var v) || chosen.contains(graph.origin(v))) {
      return;
    }
    double again = recomputed(e, v);
    Effort effort = effort(v);
    boolean mask = v.aval().dtype() == DType.BOOL && effort.work >= 1;
    boolean costly = again >= 2 && (effort.work >= 2 || mask);
    boolean scattered = again > 1 && e.op() instanceof Gather && effort.work > 0;
    if (costly || scattered || Role.of(e) == Role.WHOLE || isCutDifferently(e)) {
      choose(v);
    }
  }

  /// How often an element of `x` is used by `e`, about.
  private static double recomputed(Equation e, Var x) {
    double size = Math.max(1, x.aval().size());
    return switch (Role.of(e)) {
      case POINTWISE -> e.result().aval().size() / size;
      case REDUCTION -> Reductions.iterations(e) / size;
      case PRODUCT, CONVOLUTION, WHOLE -> Double.POSITIVE_INFINITY;
    };
  }

  private static boolean isCutDifferently(Equation e) {
    return e.op() instanceof Reshape(var shape)
        && Domain.of(List.of(shape, e.in().getFirst().aval().shape())).isEmpty();
  }

  private void define(Equation e, Var v) {
    if (Role.of(e) != Role.POINTWISE) {
      choose(v);
      return;
    }
    if (e.op() instanceof Reshape && e.in().getFirst() instanceof Var x) {
      efforts.put(v, effort(x));
    } else {
      Effort effort = new Effort(work(e.op()), 0, 1);
      for (Atom x : e.in()) {
        effort = effort.plus(effort(x));
      }
      efforts.put(v, effort);
    }
    Effort effort = effort(v);
    boolean again =
        graph.uses(v).size() > 1 && (effort.work >= WORTH_A_BUFFER || effort.loads >= 2);
    if (again || effort.nodes > MOST_NODES || graph.isOutput(v)) {
      choose(v);
    }
  }

  private void choose(Var v) {
    Var origin = graph.origin(v);
    chosen.add(origin);
    efforts.put(origin, Effort.LOAD);
    efforts.put(v, Effort.LOAD);
  }

  private Effort effort(Atom a) {
    if (!(a instanceof Var v)) {
      return Effort.NONE;
    }
    return chosen.contains(graph.origin(v)) ? Effort.LOAD : efforts.getOrDefault(v, Effort.LOAD);
  }

  private static double work(Primitive op) {
    return switch (op) {
      case Elementwise e -> work(e);
      case Multilinear m -> work(m);
      case PiecewiseConstant c -> work(c);
      case Nonlinear _, HigherOrder _ -> throw notPointwise(op);
    };
  }

  private static double work(Elementwise op) {
    return switch (op) {
      case Unary(var fn) -> fn == UnaryFn.ABS ? 1 : TRANSCENDENTAL;
      case Binary(var fn) ->
          switch (fn) {
            case MAX, MIN -> 1;
            case DIV -> DIVISION;
            case REM, POW, ATAN2 -> TRANSCENDENTAL;
          };
      case IntegerPow _ -> DIVISION;
    };
  }

  private static double work(Multilinear op) {
    return switch (op) {
      case Add _, Sub _, Mul _, Neg _, Convert _, Select _ -> 1;
      case Broadcast _, Reshape _, Transpose _, Slice _, Pad _, Concatenate _, Reverse _ -> 0;
      case Gather _, DynamicSlice _, DynamicUpdateSlice _ -> 0;
      case ReduceSum _, WindowSum _, ScatterAdd _, CumSum _, Contract _, Conv _ ->
          throw notPointwise(op);
    };
  }

  private static double work(PiecewiseConstant op) {
    return switch (op) {
      case Compare _, Step _, Logic _, Classify _, Cast _ -> 1;
      case RandomBits _ -> TRANSCENDENTAL;
      case Iota _, StopGradient _ -> 0;
      case ArgExtremum _, Constant _ -> throw notPointwise(op);
    };
  }

  private static IllegalStateException notPointwise(Primitive op) {
    return new IllegalStateException("bug: " + op.mnemonic() + " is not pointwise");
  }
}
