package org.ntk4j.tests.cuda.bench;

import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaEngine;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;

/// Kernels on the card of a compiler, whatever the back end of the process is.
public final class CardRunner implements Runner, MemoryModel {
  private final ProgramCache cache;

  private CardRunner(ProgramCache cache) {
    this.cache = cache;
  }

  /// What keeps programs of `compiler`.
  public static ProgramCache cache(CudaCompiler compiler) {
    return new ProgramCache(Optional.of(new CudaEngine(compiler)), 16);
  }

  /// `builder` with the card of `cache`.
  public static NtkBuilder on(NtkBuilder builder, ProgramCache cache) {
    CardRunner runner = new CardRunner(cache);
    return builder.runner(runner).memoryModel(runner).rates(cache.rates());
  }

  @Override
  public List<Tensor> run(Program p, List<Tensor> inputs) {
    return cache.run(p, inputs);
  }

  @Override
  public List<Tensor> run(Program p, List<Tensor> inputs, TensorScope scope) {
    return cache.run(p, inputs, scope);
  }

  @Override
  public Held hold(List<Tensor> tensors) {
    return cache.hold(tensors);
  }

  @Override
  public String productPrecision() {
    return cache.productPrecision();
  }

  @Override
  public long peakBytes(Program p) {
    return cache.peakBytes(p);
  }

  @Override
  public long freeBytes() {
    return cache.freeBytes().orElseThrow();
  }
}
