package org.ntk4j.cuda.library;

import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_16BF;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_64F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_GEMM_DEFAULT;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.cublasCreate_v2;
import static org.bytedeco.cuda.global.cublas.cublasDestroy_v2;
import static org.bytedeco.cuda.global.cublas.cublasGemmStridedBatchedEx_64;
import static org.bytedeco.cuda.global.cublas.cublasGetStatusString;
import static org.bytedeco.cuda.global.cublas.cublasSetStream_v2;
import static org.bytedeco.cuda.global.cublas.cublasSetWorkspace_v2;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;
import static org.bytedeco.cuda.global.cudart.CUDA_R_64F;

import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.javacpp.Pointer;
import org.ntk4j.core.DType;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.driver.Stream;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;

/// Matrix products by cuBLAS, one call for each.
///
/// Row-major `C = A B` is what cuBLAS, whose matrices are column-major, knows as `Cᵀ = Bᵀ Aᵀ`. With
/// a workspace of the call's own and without atomics, its default, a result has the same bits in
/// every run on one card.
final class CublasProducts implements ProductLibrary {
  /// What NVIDIA recommends for cards of compute capability 9 and above.
  private static final long WORKSPACE_BYTES = 32L << 20;

  /// Fewer multiplications take no longer in a kernel of ours.
  private static final double WORTH_A_CALL = 1 << 22;

  private final Device device;

  /// Of use to one thread at a time; guarded by itself.
  private final cublasContext handle = new cublasContext();

  private CublasProducts(Device device) {
    this.device = device;
  }

  /// @throws CudaException if cuBLAS cannot be used on `device`
  static ProductLibrary open(Device device) {
    CublasProducts products = new CublasProducts(device);
    device.enter();
    check(cublasCreate_v2(products.handle), "starting cuBLAS");
    return products;
  }

  private static void check(int status, String action) {
    if (status != 0) {
      throw new CudaException(
          "%s failed with %s.".formatted(action, cublasGetStatusString(status).getString()));
    }
  }

  @Override
  public Optional<LibraryCall> product(MatrixProduct p, Precision precision) {
    OptionalInt compute = compute(p.dtype(), precision);
    Optional<Operand> a = Operand.of(p.a(), p.rows(), p.inner());
    Optional<Operand> b = Operand.of(p.b(), p.inner(), p.columns());
    boolean fits =
        !p.symmetric()
            && p.multiplications() >= WORTH_A_CALL
            && p.batch().size() <= 1
            && p.c().columnStride() == 1
            && p.c().rowStride() >= p.columns();
    if (!fits || compute.isEmpty() || a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Call(p, a.get(), b.get(), compute.getAsInt()));
  }

  @Override
  public void close() {
    synchronized (handle) {
      if (!handle.isNull()) {
        device.enter();
        int status = cublasDestroy_v2(handle);
        handle.setNull();
        check(status, "closing cuBLAS");
      }
    }
  }

  /// There is no call for the three products of [Precision#TF32X3].
  private static OptionalInt compute(DType dtype, Precision precision) {
    return switch (dtype) {
      case F64 -> OptionalInt.of(CUBLAS_COMPUTE_64F);
      case F32 ->
          switch (precision) {
            case FLOAT32 -> OptionalInt.of(CUBLAS_COMPUTE_32F);
            case TF32 -> OptionalInt.of(CUBLAS_COMPUTE_32F_FAST_TF32);
            case BF16 -> OptionalInt.of(CUBLAS_COMPUTE_32F_FAST_16BF);
            case TF32X3, FLOAT64 -> OptionalInt.empty();
          };
      case I32, I64, BOOL -> OptionalInt.empty();
    };
  }

  /// The transpose of a row-major factor, as cuBLAS takes it.
  ///
  /// @param distance from one column in memory to the next
  private record Operand(int operation, long distance) {
    static Optional<Operand> of(Factor f, long rows, long columns) {
      boolean byRows = f.columnStride() == 1 || columns == 1;
      if (byRows && f.rowStride() >= columns) {
        return Optional.of(new Operand(CUBLAS_OP_N, f.rowStride()));
      }
      boolean byColumns = f.rowStride() == 1 || rows == 1;
      return byColumns && f.columnStride() >= rows
          ? Optional.of(new Operand(CUBLAS_OP_T, f.columnStride()))
          : Optional.empty();
    }
  }

  /// The call for one product.
  private final class Call implements LibraryCall {
    private final MatrixProduct p;
    private final Operand a;
    private final Operand b;
    private final int compute;
    private final Pointer alpha;
    private final Pointer beta;

    Call(MatrixProduct p, Operand a, Operand b, int compute) {
      this.p = p;
      this.a = a;
      this.b = b;
      this.compute = compute;
      this.alpha = Raw.scalar(p.dtype(), p.alpha());
      this.beta = Raw.scalar(p.dtype(), 0);
    }

    @Override
    public long scratchBytes() {
      return WORKSPACE_BYTES;
    }

    @Override
    public void enqueue(Stream stream, Slots slots, long scratch) {
      synchronized (handle) {
        if (handle.isNull()) {
          throw new IllegalStateException("bug: cuBLAS is closed");
        }
        device.enter();
        // In this order: a stream that is set takes the workspace away.
        check(
            cublasSetStream_v2(handle, new Raw.Queue(stream.address())), "giving cuBLAS a stream");
        check(
            cublasSetWorkspace_v2(handle, new Raw.Memory(scratch), WORKSPACE_BYTES),
            "giving cuBLAS memory");
        multiply(slots);
      }
    }

    private void multiply(Slots slots) {
      int type = p.dtype() == DType.F64 ? CUDA_R_64F : CUDA_R_32F;
      check(
          cublasGemmStridedBatchedEx_64(
              handle,
              b.operation,
              a.operation,
              p.columns(),
              p.rows(),
              p.inner(),
              alpha,
              memory(slots.second(), p.b()),
              type,
              b.distance,
              batchStride(p.b()),
              memory(slots.first(), p.a()),
              type,
              a.distance,
              batchStride(p.a()),
              beta,
              memory(slots.result(), p.c()),
              type,
              p.c().rowStride(),
              batchStride(p.c()),
              p.batch().isEmpty() ? 1 : p.batch().getFirst(),
              compute,
              CUBLAS_GEMM_DEFAULT),
          "a product by cuBLAS");
    }

    private Pointer memory(long buffer, Factor f) {
      return new Raw.Memory(buffer + f.offset() * p.dtype().sizeBytes());
    }

    private static long batchStride(Factor f) {
      return f.batchStrides().isEmpty() ? 0 : f.batchStrides().getFirst();
    }
  }
}
