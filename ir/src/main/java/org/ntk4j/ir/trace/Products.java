package org.ntk4j.ir.trace;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.TriangularSolve;

/// Products of tensors and linear algebra of a [Value].
public sealed interface Products permits Value {

  private Value self() {
    return (Value) this;
  }

  /// The matrix product `z[.., i, j] = Σ_k x[.., i, k] y[.., k, j]`.
  ///
  /// A vector counts as a row on the left and as a column on the right, and that axis disappears;
  /// the leading axes broadcast.
  default Value matmul(Value y) {
    Value x = self();
    if (x.rank() == 0 || y.rank() == 0) {
      throw new IllegalArgumentException(
          "matmul: the operands %s and %s must not be scalars".formatted(x.aval(), y.aval()));
    }
    long left = x.dim(-1);
    long right = y.dim(y.rank() == 1 ? 0 : -2);
    if (left != right) {
      throw new IllegalArgumentException(
          "matmul: the contracted axes have sizes %d and %d in %s and %s"
              .formatted(left, right, x.aval(), y.aval()));
    }
    // Labels: 0 the contracted axis, 1 a row of x, 2 a column of y, 3.. the batch from its end.
    List<Integer> xLabels = new ArrayList<>(x.rank() == 1 ? List.of(0) : List.of(1, 0));
    List<Integer> yLabels = new ArrayList<>(y.rank() == 1 ? List.of(0) : List.of(0, 2));
    List<Integer> out = new ArrayList<>();
    if (x.rank() > 1) {
      out.add(1);
    }
    if (y.rank() > 1) {
      out.add(2);
    }
    int batch = Math.max(Math.max(x.rank(), y.rank()) - 2, 0);
    for (int i = 0; i < batch; i++) {
      if (i < x.rank() - 2) {
        xLabels.addFirst(3 + i);
      }
      if (i < y.rank() - 2) {
        yLabels.addFirst(3 + i);
      }
      out.addFirst(3 + i);
    }
    return Einsum.of("matmul", List.of(x, y), List.of(xLabels, yLabels), out, label -> label >= 3);
  }

  /// NumPy's `dot`: the sum over the last axis of `x` and the second to last (or only) axis of `y`,
  /// with the other axes of `x`, then those of `y`; a product if one is a scalar.
  default Value dot(Value y) {
    Value x = self();
    if (x.rank() == 0 || y.rank() == 0) {
      return x.mul(y);
    }
    List<Integer> xLabels = Axes.range(0, x.rank());
    List<Integer> yLabels = new ArrayList<>(Axes.range(x.rank(), x.rank() + y.rank()));
    yLabels.set(Math.max(y.rank() - 2, 0), x.rank() - 1);
    List<Integer> out = new ArrayList<>(xLabels);
    out.addAll(yLabels);
    out.removeIf(label -> label == x.rank() - 1);
    return Einsum.of("dot", List.of(x, y), List.of(xLabels, yLabels), out, _ -> false);
  }

  /// `z[x.., y..] = x[x..] y[y..]`.
  default Value outer(Value y) {
    List<Integer> xLabels = Axes.range(0, self().rank());
    List<Integer> yLabels = Axes.range(self().rank(), self().rank() + y.rank());
    List<Integer> out = Axes.range(0, self().rank() + y.rank());
    return Einsum.of("outer", List.of(self(), y), List.of(xLabels, yLabels), out, _ -> false);
  }

  /// A convolution with the kernel `w`, described by the methods of the result and recorded by its
  /// `value()`.
  default Convolution conv(Value w) {
    return Convolution.of(self(), w);
  }

  /// Sliding windows of these sizes over the spatial axes, described by the methods of the result
  /// and recorded by its `sum()`, `mean()`, `max()` or `min()`.
  default Pooling pool(long... window) {
    return Pooling.of(self(), window);
  }

  /// `L` lower triangular with `L Lᵀ = x` for every matrix `[n, n]` of the last two axes; only the
  /// lower triangle is read.
  default Value cholesky() {
    return Value.emit(new Cholesky(), self());
  }

  /// `Y` with `A Y = b` for this triangular `A` `[batch.., n, n]` and `b` `[batch.., n, m]`.
  ///
  /// @param transpose solves `Aᵀ Y = b`
  default Value triangularSolve(Value b, boolean lower, boolean transpose) {
    return Value.emit(new TriangularSolve(lower, transpose, false), self(), b);
  }

  /// `Y` with `A Y = b` for this symmetric positive definite `A` `[batch.., n, n]` and `b`
  /// `[batch.., n, m]`.
  default Value positiveSolve(Value b) {
    Value factor = cholesky();
    return factor.triangularSolve(factor.triangularSolve(b, true, false), true, true);
  }
}
