package org.ntk4j.cpu.run;

import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.PreparedCholesky;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.schedule.Step;

/// [org.ntk4j.ir.op.Cholesky] by LAPACK.
final class CholeskyCommand implements Command {
  private final PreparedCholesky prepared;
  private final int in;
  private final int out;
  private final int step;

  CholeskyCommand(PreparedCholesky prepared, Step.Evaluate cholesky, int step) {
    this.prepared = prepared;
    this.in = cholesky.in().getFirst();
    this.out = cholesky.out().getFirst();
    this.step = step;
  }

  /// @param cholesky has elements; the matrices and their rows are few enough for an `int`
  static PreparedCholesky prepare(
      Step.Evaluate cholesky, Function<DType, Multipliers> multipliers) {
    Aval a = cholesky.operands().getFirst();
    long n = a.dim(a.rank() - 1);
    long matrices = a.size() / (n * n);
    return PreparedCholesky.prepare(a.dtype(), (int) n, (int) matrices, multipliers);
  }

  @Override
  public void run(Frame frame) {
    prepared.run(
        frame.context().workers(), frame.address(in), frame.address(out), frame.block(step));
  }
}
