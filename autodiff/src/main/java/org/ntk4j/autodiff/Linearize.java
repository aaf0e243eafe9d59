package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Binary;
import org.ntk4j.ir.op.Call;
import org.ntk4j.ir.op.Checkpoint;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Cond;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CustomJvp;
import org.ntk4j.ir.op.CustomVjp;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.IntegerPow;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.Scan;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Unary;
import org.ntk4j.ir.op.While;
import org.ntk4j.ir.op.WindowExtremum;

/// `f(x) = y` split into the computation of `y` and the linear map `xDot → yDot` at `x`.
///
/// The one place where calculus happens. Two programs grow side by side; what the tangent half uses
/// of the primal half are the residuals.
public final class Linearize {
  private final Builder primal = new Builder();
  private final Builder tangent = new Builder();

  private Linearize() {}

  /// Linearizes `p` in all its floating-point inputs.
  public static Linearized of(Program p) {
    return of(p, Collections.nCopies(p.inputs().size(), true));
  }

  /// Linearizes `p` in the floating-point inputs that are `active`, the others held fixed.
  ///
  /// @param active one entry for each input
  public static Linearized of(Program p, List<Boolean> active) {
    if (active.size() != p.inputs().size()) {
      throw new IllegalArgumentException(
          "expected one activity flag for each of the %d inputs, got %d"
              .formatted(p.inputs().size(), active.size()));
    }
    Linearize l = new Linearize();
    List<Var> inputs = new ArrayList<>();
    List<Var> tangents = new ArrayList<>();
    List<Dual> x = new ArrayList<>();
    for (int i = 0; i < active.size(); i++) {
      Var value = new Var(p.inputs().get(i).aval());
      inputs.add(value);
      if (active.get(i) && value.aval().isFloating()) {
        tangents.add(new Var(value.aval()));
        x.add(new Dual(value, Optional.of(tangents.getLast())));
      } else {
        x.add(Dual.constant(value));
      }
    }
    return l.split(inputs, tangents, l.run(p, x));
  }

  private Linearized split(List<Var> inputs, List<Var> tangents, List<Dual> y) {
    List<Atom> yDot = y.stream().filter(Linearize::isFloating).map(Dual::tangentOrZero).toList();
    List<Equation> linear = Live.equations(tangent.equations(), yDot);
    List<Var> residuals = Live.free(tangents, linear, yDot);
    List<Atom> outputs = new ArrayList<>(Dual.values(y));
    outputs.addAll(residuals);
    List<Var> linearInputs = new ArrayList<>(residuals);
    linearInputs.addAll(tangents);
    return new Linearized(
        Live.program(inputs, primal.equations(), outputs),
        new Program(linearInputs, linear, yDot),
        residuals.size());
  }

  /// Where values are computed.
  Builder primal() {
    return primal;
  }

  /// Where tangents are computed.
  Builder tangent() {
    return tangent;
  }

  /// Appends both halves of `p`.
  List<Dual> run(Program p, List<Dual> x) {
    Map<Var, Dual> bound = new HashMap<>();
    bind(bound, p.inputs(), x);
    for (Equation e : p.equations()) {
      bind(bound, e.out(), apply(e.op(), e.in().stream().map(a -> look(bound, a)).toList()));
    }
    return p.outputs().stream().map(a -> look(bound, a)).toList();
  }

  private static void bind(Map<Var, Dual> bound, List<Var> vars, List<Dual> duals) {
    for (int i = 0; i < vars.size(); i++) {
      bound.put(vars.get(i), duals.get(i));
    }
  }

  private static Dual look(Map<Var, Dual> bound, Atom a) {
    return switch (a) {
      case Literal c -> Dual.constant(c);
      case Var v -> Objects.requireNonNull(bound.get(v), () -> "bug: unbound variable " + v);
    };
  }

  private List<Dual> apply(Primitive op, List<Dual> x) {
    if (x.stream().noneMatch(Dual::isActive)) {
      return Dual.constants(primal.emitAll(op, Dual.values(x)));
    }
    return switch (op) {
      case Elementwise e -> List.of(elementwise(e, x));
      case Multilinear m -> List.of(multilinear(m, x));
      case PiecewiseConstant _ -> Dual.constants(primal.emitAll(op, Dual.values(x)));
      case Nonlinear n -> nonlinear(n, x);
      case HigherOrder h -> higherOrder(h, x);
    };
  }

  private Dual elementwise(Elementwise op, List<Dual> x) {
    Var y = value(op, x);
    Dual first = x.getFirst();
    Optional<Atom> yDot =
        switch (op) {
          case Unary(var fn) -> scaled(first, fn.derivative(primal, first.value(), y));
          case IntegerPow(int n) -> scaled(first, powDerivative(first.value(), n));
          case Binary(var fn) -> {
            Atom a = first.value();
            Atom b = x.get(1).value();
            yield sum(
                first.isActive()
                    ? scaled(first, fn.derivativeX(primal, a, b, y))
                    : Optional.empty(),
                x.get(1).isActive()
                    ? scaled(x.get(1), fn.derivativeY(primal, a, b, y))
                    : Optional.empty());
          }
        };
    return new Dual(y, yDot);
  }

  private Atom powDerivative(Atom x, int n) {
    return switch (n) {
      case 0 -> Literal.of(0, x.aval());
      case 1 -> Literal.of(1, x.aval());
      case 2 -> primal.scale(x, 2);
      default -> primal.scale(primal.emit(new IntegerPow(n - 1), x), n);
    };
  }

  private Dual multilinear(Multilinear op, List<Dual> x) {
    Optional<Atom> yDot =
        op.linearIn(x.size()).stream()
            .map(g -> group(op, g, x))
            .reduce(Optional.empty(), this::sum);
    return new Dual(value(op, x), yDot);
  }

  /// `op` with the operands of `group` replaced by their tangents.
  private Optional<Atom> group(Multilinear op, List<Integer> group, List<Dual> x) {
    if (group.stream().noneMatch(i -> x.get(i).isActive())) {
      return Optional.empty();
    }
    if (op instanceof Add && !(x.get(0).isActive() && x.get(1).isActive())) {
      return x.get(0).tangent().or(() -> x.get(1).tangent());
    }
    if (op instanceof Sub && !(x.get(0).isActive() && x.get(1).isActive())) {
      return x.get(0).tangent().or(() -> x.get(1).tangent().map(tangent::neg));
    }
    List<Atom> in = new ArrayList<>(Dual.values(x));
    group.forEach(i -> in.set(i, x.get(i).tangentOrZero()));
    return Optional.of(tangent.emit(op, in));
  }

  private List<Dual> nonlinear(Nonlinear op, List<Dual> x) {
    return switch (op) {
      case ReduceExtremum e -> List.of(Extrema.reduce(this, e, x.getFirst()));
      case WindowExtremum e -> List.of(Extrema.window(this, e, x.getFirst()));
      case CumExtremum e -> List.of(Extrema.cumulative(this, e, x.getFirst()));
      case ReduceProd e -> List.of(ProductRules.reduce(this, e, x.getFirst()));
      case CumProd e -> List.of(ProductRules.cumulative(this, e, x.getFirst()));
      case Sort e -> Ordering.sort(this, e, x);
      case TopK e -> Ordering.topK(this, e, x.getFirst());
      case Cholesky e -> List.of(Factorizations.cholesky(this, e, x.getFirst()));
      case TriangularSolve e -> List.of(Factorizations.solve(this, e, x.get(0), x.get(1)));
    };
  }

  private List<Dual> higherOrder(HigherOrder op, List<Dual> x) {
    return switch (op) {
      case Call(_, var body) -> run(body, x);
      case Cond c -> Recomputed.cond(this, c, x);
      case While w -> Recomputed.loop(this, w, x);
      case Checkpoint c -> Recomputed.checkpoint(this, c, x);
      case Scan s -> new LinearScan(this, s, x).apply();
      case CustomJvp c -> customJvp(c, x);
      case CustomVjp c -> customVjp(c, x);
    };
  }

  /// `jvp` is linear in its tangents, hence its own derivative at tangents of zero.
  private List<Dual> customJvp(CustomJvp op, List<Dual> x) {
    List<Dual> in = new ArrayList<>(Dual.constants(Dual.values(x)));
    for (Dual d : x) {
      if (isFloating(d)) {
        in.add(new Dual(Literal.of(0, d.value().aval()), d.tangent()));
      }
    }
    List<Dual> out = run(op.jvp(), in);
    int outputs = op.body().outputs().size();
    Iterator<Dual> yDot = out.subList(outputs, out.size()).iterator();
    return out.subList(0, outputs).stream()
        .map(y -> isFloating(y) ? new Dual(y.value(), yDot.next().tangent()) : y)
        .toList();
  }

  /// `backward` is linear in its cotangents, hence its own derivative at cotangents of zero; its
  /// transpose maps tangents forward.
  private List<Dual> customVjp(CustomVjp op, List<Dual> x) {
    List<Atom> saved = primal.inline(op.forward(), Dual.values(x));
    int outputs = op.body().outputs().size();
    List<Atom> in = new ArrayList<>(saved.subList(outputs, saved.size()));
    List<Boolean> active = new ArrayList<>(Collections.nCopies(in.size(), false));
    for (Atom y : saved.subList(0, outputs)) {
      if (y.aval().isFloating()) {
        in.add(Literal.of(0, y.aval()));
        active.add(true);
      }
    }
    Linearized backward = of(op.backward(), active);
    List<Atom> out = primal.inline(backward.primal(), in);
    List<Atom> push = new ArrayList<>(out.subList(op.backward().outputs().size(), out.size()));
    x.stream().filter(Linearize::isFloating).map(Dual::tangentOrZero).forEach(push::add);
    Program forward = Transpose.of(backward.linear(), backward.residuals());
    Iterator<Atom> yDot = tangent.inline(forward, push).iterator();
    return saved.subList(0, outputs).stream()
        .map(y -> new Dual(y, y.aval().isFloating() ? Optional.of(yDot.next()) : Optional.empty()))
        .toList();
  }

  private static boolean isFloating(Dual d) {
    return d.value().aval().isFloating();
  }

  /// `op` of the values, in the primal half.
  Var value(Primitive op, List<Dual> x) {
    return primal.emit(op, Dual.values(x));
  }

  /// `xDot * factor`, where `factor` is a primal value.
  Optional<Atom> scaled(Dual x, Atom factor) {
    if (Dual.isZero(factor)) {
      return Optional.empty();
    }
    boolean one = factor instanceof Literal c && c.is(1);
    return x.tangent().map(t -> one ? t : tangent.mul(t, factor));
  }

  /// The sum of two tangents, either of which may be missing.
  Optional<Atom> sum(Optional<Atom> a, Optional<Atom> b) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(tangent.add(a.get(), b.get()))
        : a.or(() -> b);
  }
}
