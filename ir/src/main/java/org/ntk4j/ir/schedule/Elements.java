package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Reshape;

/// Expressions of elements of values: values that are not materialized are computed where they are
/// used.
final class Elements {
  private final Graph graph;
  private final Materialized materialized;
  private final Domain domain;

  /// Values that this nest stores, with the indices at which it does.
  private final Map<Var, List<Index>> stored;

  private final Regroup regroup;
  private final Movements movements;
  private final Slots slots;
  private final Map<Var, List<Known>> known = new HashMap<>();
  private boolean reachesBack;

  private record Known(List<Index> at, Expr value) {}

  Elements(
      Graph graph,
      Materialized materialized,
      Domain domain,
      Map<Var, List<Index>> stored,
      Slots slots) {
    this.graph = graph;
    this.materialized = materialized;
    this.domain = domain;
    this.stored = stored;
    this.slots = slots;
    this.regroup = new Regroup(domain.extents());
    this.movements = new Movements(this);
  }

  /// Whether an element was asked for that another iteration of this nest stores.
  boolean reachesBack() {
    return reachesBack;
  }

  /// A cut of a loop that saves divisions.
  Optional<Regroup.Cut> wanted() {
    return regroup.wanted();
  }

  Domain domain() {
    return domain;
  }

  /// `a[at]`.
  Expr of(Atom a, List<Index> at) {
    return switch (a) {
      case Literal literal -> new Expr.Constant(literal.aval().dtype(), literal.bits());
      case Var v -> of(v, at);
    };
  }

  private Expr of(Var v, List<Index> at) {
    if (reachesBack) { // Nobody will look at the result.
      return new Expr.Constant(v.aval().dtype(), 0);
    }
    List<Known> all = known.computeIfAbsent(v, _ -> new ArrayList<>(1));
    for (Known one : all) {
      if (same(one.at, at)) {
        return one.value;
      }
    }
    Expr value = compute(v, at);
    all.add(new Known(at, value));
    return value;
  }

  private Expr compute(Var v, List<Index> at) {
    List<Index> here = stored.get(v);
    if (here != null) {
      reachesBack |= !same(here, at);
      return define(v, at);
    }
    Var origin = graph.origin(v);
    if (materialized.contains(origin) && !stored.containsKey(origin)) {
      return load(v, origin, at);
    }
    return define(v, at);
  }

  /// `v[at]` by its definition, whether it is materialized or not.
  Expr define(Var v, List<Index> at) {
    if (v.aval().size() == 0) {
      return new Expr.Constant(v.aval().dtype(), 0);
    }
    Optional<Equation> definition = graph.definition(v);
    if (definition.isEmpty() || Role.of(definition.get()) != Role.POINTWISE) {
      reachesBack = true; // It is complete only after the nest.
      return new Expr.Constant(v.aval().dtype(), 0);
    }
    Equation e = definition.get();
    if (e.op() instanceof Reshape) {
      Atom x = e.in().getFirst();
      return of(x, regroup.apply(at, e.result().aval().shape(), x.aval().shape()));
    }
    return movements.apply(e, at);
  }

  /// `v[at]` from memory: the elements of `origin` in the same order.
  Expr load(Var v, Var origin, List<Index> at) {
    return new Expr.Load(slots.read(origin), v.aval().dtype(), position(v.aval().shape(), at));
  }

  /// The row-major position of `at`.
  Index position(Shape shape, List<Index> at) {
    Index position = Index.constant(0, domain.rank());
    long[] strides = shape.strides();
    for (int k = 0; k < shape.rank(); k++) {
      if (shape.dim(k) > 1) {
        position = position.plus(at.get(k).times(strides[k]));
      }
    }
    return position;
  }

  /// Equality that compares computed integers by identity: deep comparison would walk graphs.
  private static boolean same(List<Index> a, List<Index> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int k = 0; k < a.size(); k++) {
      if (!same(a.get(k), b.get(k))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Index a, Index b) {
    boolean same =
        a.offset() == b.offset()
            && a.coefficients().equals(b.coefficients())
            && a.dynamic().size() == b.dynamic().size();
    for (int k = 0; same && k < a.dynamic().size(); k++) {
      Index.Scaled x = a.dynamic().get(k);
      Index.Scaled y = b.dynamic().get(k);
      same = x.coefficient() == y.coefficient() && x.value() == y.value();
    }
    return same;
  }

  /// The buffers of a nest.
  static final class Slots {
    private final Map<Var, Integer> numbers = new HashMap<>();
    private final List<Var> variables = new ArrayList<>();

    int read(Var origin) {
      return Objects.requireNonNull(
          numbers.computeIfAbsent(
              origin,
              v -> {
                variables.add(v);
                return variables.size() - 1;
              }));
    }

    /// What is read, by slot.
    List<Var> variables() {
      return variables;
    }
  }
}
