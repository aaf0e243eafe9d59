package org.ntk4j.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.ntk4j.core.DType;
import org.ntk4j.cpu.library.Gemm;
import org.ntk4j.cpu.library.GemmProblem;
import org.ntk4j.cpu.library.Libraries;
import org.ntk4j.cpu.library.Multipliers;
import org.ntk4j.cpu.library.PreparedGemm;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.ir.eval.LinearAlgebra;

/// Matrix products by oneDNN (`f32`) and OpenBLAS, cut into tiles for several threads.
///
/// Tiles depend on the sizes of the problem only: a result has the same bits for every number of
/// threads. Small products, and all if no library can be loaded, are computed in Java.
public final class CpuLinearAlgebra implements LinearAlgebra {
  /// Below this many multiplications Java is as fast.
  private static final double SMALL = 1 << 14;

  private static final long ALIGNMENT = 64;

  private final Supplier<Workers> workers;

  /// With the threads of the process: see [Workers#shared].
  public CpuLinearAlgebra() {
    this.workers = Workers::shared;
  }

  /// With these threads, which the caller ends.
  CpuLinearAlgebra(Workers workers) {
    this.workers = () -> workers;
  }

  @Override
  public void multiply(
      DType dtype, Sizes sizes, double alpha, Matrices a, Matrices b, double beta, Matrices c) {
    if (sizes.multiplications() < SMALL || !Libraries.openBlas()) {
      LinearAlgebra.reference().multiply(dtype, sizes, alpha, a, b, beta, c);
    } else {
      run(problem(dtype, sizes, alpha, a, b, beta, c, false), a, b, c);
    }
  }

  @Override
  public void gram(DType dtype, Sizes sizes, Matrices a, Matrices c) {
    if (sizes.multiplications() < SMALL || !Libraries.openBlas()) {
      LinearAlgebra.super.gram(dtype, sizes, a, c);
    } else {
      run(problem(dtype, sizes, 1, a, a, 0, c, true), a, a, c);
    }
  }

  private static GemmProblem problem(
      DType dtype,
      Sizes sizes,
      double alpha,
      Matrices a,
      Matrices b,
      double beta,
      Matrices c,
      boolean symmetric) {
    return new GemmProblem(
        dtype,
        List.of(sizes.batch()),
        sizes.rows(),
        sizes.columns(),
        sizes.inner(),
        strides(a),
        strides(b).transposed(),
        strides(c),
        alpha,
        beta,
        symmetric);
  }

  private static GemmProblem.Matrices strides(Matrices m) {
    return new GemmProblem.Matrices(List.of(m.batchStride()), m.rowStride(), m.columnStride());
  }

  private void run(GemmProblem problem, Matrices a, Matrices b, Matrices c) {
    PreparedGemm gemm = Gemm.prepare(problem, Multipliers.LIBRARIES);
    Workers threads = workers.get();
    int bytes = problem.dtype().sizeBytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(gemm.scratchBytes(threads.threads()), ALIGNMENT);
      gemm.run(threads, address(a, bytes), address(b, bytes), address(c, bytes), scratch.address());
    } finally {
      // From the addresses alone nobody could tell that the memory is in use.
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
    }
  }

  private static long address(Matrices m, int bytes) {
    return m.segment().address() + m.offset() * bytes;
  }

  @Override
  public void forEach(int pieces, IntConsumer work) {
    workers.get().run(pieces, work);
  }
}
