package org.ntk4j.cpu.run;

import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.Factorizations;
import org.ntk4j.cpu.library.Factorizations.Triangle;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.schedule.Step;

/// [TriangularSolve] by BLAS, some right-hand sides in one thread.
final class TriangularSolveCommand implements Command {
  /// Right-hand sides of a piece, at least.
  private static final int COLUMNS_MIN = 64;

  /// Each piece copies the triangle for itself.
  private static final int PIECES_MAX = 16;

  /// What one thread does in a nanosecond, about.
  private static final double OPERATIONS_PER_NANO = 4;

  private final EvaluateCommand evaluator;
  private final DType dtype;
  private final Triangle triangle;
  private final int n;
  private final int m;
  private final int matrices;
  private final int columns;
  private final int left;
  private final int right;
  private final int out;

  /// @param step has elements; its rows, and the columns of all matrices, are few enough for an
  ///   `int`
  TriangularSolveCommand(TriangularSolve op, Step.Evaluate step) {
    Aval b = step.operands().get(1);
    this.evaluator = new EvaluateCommand(step);
    this.dtype = b.dtype();
    this.triangle = new Triangle(op.lower(), op.transpose(), op.unitDiagonal());
    this.n = (int) b.dim(b.rank() - 2);
    this.m = (int) b.dim(b.rank() - 1);
    this.matrices = (int) (b.size() / ((long) n * m));
    this.columns = Math.max(COLUMNS_MIN, Math.ceilDiv(m, PIECES_MAX));
    this.left = step.in().get(0);
    this.right = step.in().get(1);
    this.out = step.out().getFirst();
  }

  @Override
  public void run(Frame frame) {
    long a = frame.address(left);
    if (!canInvert(a)) {
      evaluator.run(frame);
      return;
    }
    long x = frame.address(out);
    Addresses.copy(frame.address(right), x, (long) matrices * n * m * dtype.sizeBytes());
    int pieces = Math.ceilDiv(m, columns);
    double nanos = (double) n * n * m * matrices / OPERATIONS_PER_NANO;
    Workers workers = frame.context().workers();
    workers.run(matrices * pieces, nanos, k -> solve(a, x, k / pieces, k % pieces * columns));
  }

  private boolean canInvert(long a) {
    if (triangle.unitDiagonal()) {
      return true;
    }
    for (int k = 0; k < matrices; k++) {
      if (!Factorizations.hasReciprocals(dtype, n, a + bytes(k, n), n)) {
        return false;
      }
    }
    return true;
  }

  private void solve(long a, long x, int matrix, int column) {
    int width = Math.min(columns, m - column);
    long to = x + bytes(matrix, m) + (long) column * dtype.sizeBytes();
    Factorizations.solve(dtype, triangle, n, width, a + bytes(matrix, n), n, to, m);
  }

  /// Of `count` matrices of `n` rows.
  private long bytes(int count, int columns) {
    return (long) count * n * columns * dtype.sizeBytes();
  }
}
