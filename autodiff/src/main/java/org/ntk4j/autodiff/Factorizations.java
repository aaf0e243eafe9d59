package org.ntk4j.autodiff;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Comparison;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.TriangularSolve;

/// Linearization of Cholesky factors and triangular systems.
final class Factorizations {
  private Factorizations() {}

  /// `LDot = L Φ(L⁻¹ ADot L⁻ᵀ)`, where `Φ` keeps the lower triangle and halves the diagonal, and
  /// `ADot` is the symmetric matrix of the lower triangle that was read.
  static Dual cholesky(Linearize l, Cholesky op, Dual a) {
    Builder b = l.primal();
    Atom factor = l.value(op, List.of(a));
    Shape shape = factor.aval().shape();
    int rank = shape.rank();
    Atom lower = Axes.indices(b, shape, rank - 2, Comparison.GE, rank - 1);
    Atom strict = Axes.indices(b, shape, rank - 2, Comparison.GT, rank - 1);
    Cast cast = new Cast(factor.aval().dtype());
    Atom phi = b.scale(b.add(b.emit(cast, lower), b.emit(cast, strict)), 0.5);
    TriangularSolve solve = new TriangularSolve(true, false, false);
    Builder t = l.tangent();
    Optional<Atom> yDot =
        a.tangent()
            .map(aDot -> {
              Atom half = t.emit(new Select(), lower, aDot, Axes.zero(aDot));
              Atom rest = t.emit(new Select(), strict, aDot, Axes.zero(aDot));
              Atom symmetric = t.add(half, matrixTranspose(t, rest));
              Atom left = t.emit(solve, factor, symmetric);
              Atom middle = t.emit(solve, factor, matrixTranspose(t, left));
              return t.emit(product(rank, false), factor, t.mul(middle, phi));
            });
    return new Dual(factor, yDot);
  }

  /// `op(A) XDot = BDot - op(ADot) X`, with the triangle of `ADot` that is read.
  static Dual solve(Linearize l, TriangularSolve op, Dual a, Dual rhs) {
    Atom x = l.value(op, List.of(a, rhs));
    Shape shape = a.value().aval().shape();
    int rank = shape.rank();
    Builder t = l.tangent();
    Optional<Atom> moved =
        a.tangent()
            .map(aDot -> {
              Atom read = Axes.indices(l.primal(), shape, rank - 2, triangle(op), rank - 1);
              Atom part = t.emit(new Select(), read, aDot, Axes.zero(aDot));
              return t.neg(t.emit(product(rank, op.transpose()), part, x));
            });
    return new Dual(x, l.sum(rhs.tangent(), moved).map(r -> t.emit(op, a.value(), r)));
  }

  private static Comparison triangle(TriangularSolve op) {
    if (op.unitDiagonal()) {
      return op.lower() ? Comparison.GT : Comparison.LT;
    }
    return op.lower() ? Comparison.GE : Comparison.LE;
  }

  /// `Σ_k x[.., i, k] y[.., k, j]`, with `x` transposed first if `transpose`.
  private static Contract product(int rank, boolean transpose) {
    List<Integer> batch = Axes.range(0, rank - 2);
    int over = transpose ? rank - 2 : rank - 1;
    return new Contract(batch, batch, List.of(over), List.of(rank - 2));
  }

  private static Atom matrixTranspose(Builder b, Atom x) {
    int rank = x.aval().rank();
    List<Integer> swapped = Axes.concat(Axes.range(0, rank - 2), List.of(rank - 1, rank - 2));
    return Axes.permute(b, x, swapped);
  }
}
