package org.ntk4j.cpu.jit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Kernels that were compiled together. To be closed when none of them runs any more.
public final class CompiledModule implements AutoCloseable {
  private final Map<String, Kernel> kernels;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  CompiledModule(List<Kernel> kernels, Runnable release) {
    this.kernels = kernels.stream().collect(Collectors.toMap(Kernel::name, Function.identity()));
    this.release = release;
  }

  /// The kernel of this name.
  ///
  /// @throws IllegalArgumentException if there is none
  /// @throws IllegalStateException if the module is closed
  public Kernel kernel(String name) {
    if (closed.get()) {
      throw new IllegalStateException("kernel '" + name + "' is asked of a closed module");
    }
    return Optional.ofNullable(kernels.get(name))
        .orElseThrow(() -> new IllegalArgumentException("there is no kernel '" + name + "'"));
  }

  /// Frees the kernels that no other module shares; again without effect.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
