package org.ntk4j.autodiff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.TriangularSolve;

/// The adjoint `yBar → xBar` of a linear map `xDot → yDot`: `⟨yBar, yDot⟩ = ⟨xBar, xDot⟩`.
///
/// What depends on residuals only is computed first; then the equations that depend on tangents are
/// walked backward. No cotangent is a cotangent of zero.
public final class Transpose {
  private final Builder b = new Builder();
  private final Map<Var, Atom> values = new HashMap<>();
  private final Map<Var, Atom> cotangents = new HashMap<>();
  private final Set<Atom> dependent = new HashSet<>();

  private Transpose() {}

  /// `(residuals.., yBar..) → xBar..` for `linear: (residuals.., xDot..) → yDot..`.
  ///
  /// @param linear linear in its inputs from index `residuals` on
  /// @throws IllegalArgumentException if it is not, or holds a `while` over tangents
  public static Program of(Program linear, int residuals) {
    Transpose t = new Transpose();
    List<Var> fixed = Lists.fresh(linear.inputs().subList(0, residuals));
    for (int i = 0; i < residuals; i++) {
      t.values.put(linear.inputs().get(i), fixed.get(i));
    }
    List<Var> xDot = Lists.from(linear.inputs(), residuals);
    t.dependent.addAll(xDot);
    List<Equation> backward = t.forward(Live.equations(linear.equations(), linear.outputs()));
    List<Var> yBar = linear.outputs().stream().map(y -> new Var(y.aval())).toList();
    for (int i = 0; i < yBar.size(); i++) {
      t.accumulate(linear.outputs().get(i), yBar.get(i));
    }
    backward.reversed().forEach(t::adjoint);
    List<Atom> xBar = xDot.stream().map(v -> t.cotangentOrZero(v)).toList();
    return Live.program(Lists.concat(fixed, yBar), t.b.equations(), xBar);
  }

  /// Emits what does not depend on tangents; returns the equations that do.
  private List<Equation> forward(List<Equation> equations) {
    List<Equation> backward = new ArrayList<>();
    for (Equation e : equations) {
      Dependence.mark(dependent, e);
      if (!dependent.containsAll(e.out())) {
        // A loop or call may also return values that depend on residuals only.
        List<Var> out = b.emitAll(e.op(), e.in().stream().map(this::valueOrZero).toList());
        for (int i = 0; i < out.size(); i++) {
          values.put(e.out().get(i), out.get(i));
        }
      }
      if (e.out().stream().anyMatch(dependent::contains)) {
        backward.add(e);
      }
    }
    return backward;
  }

  private void adjoint(Equation e) {
    if (e.out().stream().noneMatch(cotangents::containsKey)) {
      return;
    }
    switch (e.op()) {
      case Multilinear m -> multilinear(m, e);
      case HigherOrder h -> TransposedPrograms.adjoint(this, h, e);
      case Nonlinear n -> {
        if (!(n instanceof TriangularSolve solve) || isDependent(e.in().getFirst())) {
          throw notLinear(e);
        }
        Atom yBar = cotangentOrZero(e.result());
        TriangularSolve adjoint =
            new TriangularSolve(solve.lower(), !solve.transpose(), solve.unitDiagonal());
        accumulate(e.in().get(1), b.emit(adjoint, value(e.in().getFirst()), yBar));
      }
      case Elementwise _, PiecewiseConstant _ -> throw notLinear(e);
    }
  }

  private void multilinear(Multilinear op, Equation e) {
    List<Integer> moving = Lists.indices(e.in().stream().map(this::isDependent).toList());
    if (op.linearIn(e.in().size()).stream().noneMatch(group -> group.containsAll(moving))) {
      throw notLinear(e);
    }
    List<Atom> x = e.in().stream().map(a -> isDependent(a) ? Axes.zero(a) : value(a)).toList();
    Atom yBar = cotangentOrZero(e.result());
    for (int i : moving) {
      accumulate(e.in().get(i), Adjoints.of(b, op, i, yBar, x));
    }
  }

  private static IllegalArgumentException notLinear(Equation e) {
    return new IllegalArgumentException(
        "cannot transpose: %s of %s is not linear in its operands that depend on tangents"
            .formatted(e.op().mnemonic(), e.operandAvals()));
  }

  /// Where the adjoint is computed.
  Builder builder() {
    return b;
  }

  /// Whether `a` depends on a tangent.
  boolean isDependent(Atom a) {
    return dependent.contains(a);
  }

  /// The value of an atom that depends on no tangent.
  Atom value(Atom a) {
    return switch (a) {
      case Literal c -> c;
      case Var v -> Objects.requireNonNull(values.get(v), () -> "bug: unbound variable " + v);
    };
  }

  private Atom valueOrZero(Atom a) {
    return isDependent(a) ? Axes.zero(a) : value(a);
  }

  Optional<Atom> cotangent(Var v) {
    return Optional.ofNullable(cotangents.get(v));
  }

  Atom cotangentOrZero(Var v) {
    return cotangents.getOrDefault(v, Axes.zero(v));
  }

  /// Adds `xBar` to the cotangent of `x`, if `x` depends on a tangent.
  void accumulate(Atom x, Atom xBar) {
    if (x instanceof Var v && isDependent(v) && !Dual.isZero(xBar)) {
      cotangents.merge(v, xBar, b::add);
    }
  }
}
