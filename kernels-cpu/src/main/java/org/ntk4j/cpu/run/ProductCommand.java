package org.ntk4j.cpu.run;

import org.ntk4j.cpu.library.Gemm;
import org.ntk4j.cpu.library.GemmProblem;
import org.ntk4j.cpu.library.GemmProblem.Matrices;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.PreparedGemm;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.Step;

/// A batch of matrix products.
final class ProductCommand implements Command {
  private final PreparedGemm gemm;
  private final int step;
  private final int left;
  private final int right;
  private final int result;
  private final long leftOffset;
  private final long rightOffset;
  private final long resultOffset;

  ProductCommand(PreparedGemm gemm, Step.Product product, int step) {
    int bytes = product.product().dtype().sizeBytes();
    this.gemm = gemm;
    this.step = step;
    this.left = product.left();
    this.right = product.right();
    this.result = product.result();
    this.leftOffset = product.product().a().offset() * bytes;
    this.rightOffset = product.product().b().offset() * bytes;
    this.resultOffset = product.product().c().offset() * bytes;
  }

  static PreparedGemm prepare(MatrixProduct p, Multipliers multipliers) {
    return Gemm.prepare(
        new GemmProblem(
            p.dtype(),
            p.batch(),
            p.rows(),
            p.columns(),
            p.inner(),
            matrices(p.a()),
            matrices(p.b()),
            matrices(p.c()),
            p.alpha(),
            0,
            p.symmetric()),
        multipliers);
  }

  /// Whether there is nothing to compute.
  static boolean isEmpty(MatrixProduct p) {
    return p.rows() == 0 || p.columns() == 0 || p.batch().contains(0L);
  }

  private static Matrices matrices(Factor f) {
    return new Matrices(f.batchStrides(), f.rowStride(), f.columnStride());
  }

  @Override
  public void run(Frame frame) {
    gemm.run(
        frame.context().workers(),
        frame.address(left) + leftOffset,
        frame.address(right) + rightOffset,
        frame.address(result) + resultOffset,
        frame.block(step));
  }
}
