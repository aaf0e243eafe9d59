package org.ntk4j.cuda;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.eval.Engine;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.schedule.Rates;

/// The CUDA back end as it is found by others: used where it is asked for, by the name `cuda`.
///
/// The card is that of the property [CudaDevices#PROPERTY], the precision that of
/// [CudaCompiler#PRECISION].
public final class CudaEngine implements Engine {
  /// Whether there is a compiler was found out; guarded by the class.
  private static Optional<Optional<CudaCompiler>> known = Optional.empty();

  private final Supplier<Optional<CudaCompiler>> compiler;

  /// For [java.util.ServiceLoader].
  public CudaEngine() {
    compiler = CudaEngine::found;
  }

  /// Runs what `compiler` compiles.
  public CudaEngine(CudaCompiler compiler) {
    this.compiler = () -> Optional.of(compiler);
  }

  private static synchronized Optional<CudaCompiler> found() {
    if (known.isEmpty()) {
      known = Optional.of(CudaCompiler.find());
    }
    return known.get();
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public boolean isAvailable() {
    return compiler.get().isPresent();
  }

  @Override
  public boolean onRequest() {
    return true;
  }

  @Override
  public CompiledFunction compile(Program p) {
    return compiler().compile(p);
  }

  @Override
  public long peakBytes(Program p) {
    return compiler().peakBytes(p);
  }

  @Override
  public Held hold(List<Tensor> tensors) {
    return compiler().hold(tensors);
  }

  @Override
  public OptionalLong freeBytes() {
    return OptionalLong.of(compiler().freeBytes());
  }

  @Override
  public String productPrecision() {
    return compiler().precision().toString();
  }

  /// Derived from what the driver says of the card, not measured; see [CudaCompiler#rates].
  @Override
  public Rates rates() {
    return compiler().rates();
  }

  private CudaCompiler compiler() {
    return compiler
        .get()
        .orElseThrow(
            () -> new IllegalStateException("the CUDA engine is not available on this machine"));
  }
}
