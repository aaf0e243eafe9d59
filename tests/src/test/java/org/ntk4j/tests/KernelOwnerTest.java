package org.ntk4j.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Program;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.KernelBlock;
import org.ntk4j.ntk.KernelPair;
import org.ntk4j.ntk.MemoryLimit;
import org.ntk4j.ntk.MemoryModel;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.NtkBuilder;
import org.ntk4j.ntk.Runner;
import org.ntk4j.ntk.TileSizes;

/// Kernels whose tensors belong to a scope.
final class KernelOwnerTest {
  private static final Network NETWORK =
      (p, x) -> Tree.of(x.value().matmul(p.leaves().get(0)).tanh().matmul(p.leaves().get(1)));

  private static final Tree<Tensor> PARAMS =
      Tree.leaves(List.of(KernelNetworks.normal(1, 6, 32), KernelNetworks.normal(2, 32, 3)));

  private static final Tree<Tensor> X = Tree.of(KernelNetworks.normal(3, 5, 6));

  /// At once, in tiles, and by the reference evaluator.
  private static List<NtkBuilder> builders() {
    return List.of(
        Ntk.of(NETWORK),
        Ntk.of(NETWORK).tiles(new TileSizes(2, 2, OptionalLong.empty())),
        Ntk.of(NETWORK).runner(Runner.evaluator()));
  }

  @Test
  void kernels_are_the_same_and_end_with_their_scope() {
    for (NtkBuilder builder : builders()) {
      double[] expected = builder.build().compute(X, PARAMS).values().toDoubles();
      Tensor kernel;
      try (TensorScope scope = TensorScope.open()) {
        kernel = builder.owner(scope).build().compute(X, PARAMS).values();
        assertArrayEquals(expected, kernel.toDoubles());
      }
      assertThrows(IllegalStateException.class, kernel::toDoubles);
    }
  }

  @Test
  void memory_that_is_given_back_is_used_for_the_next_kernel() {
    for (NtkBuilder builder : builders()) {
      try (TensorScope scope = TensorScope.open()) {
        Ntk ntk = builder.owner(scope).build();
        scope.release(ntk.compute(X, PARAMS).values());
        long reserved = scope.reservedBytes();
        for (int call = 0; call < 5; call++) {
          KernelPair both = ntk.both(X, PARAMS);
          both.ntk().blocks().stream().map(KernelBlock::values).forEach(scope::release);
          both.nngp().blocks().stream().map(KernelBlock::values).forEach(scope::release);
          scope.release(ntk.compute(X, PARAMS).values());
        }
        assertEquals(0, scope.liveBytes());
        assertEquals(2 * reserved, scope.reservedBytes(), "of an NTK and of an NNGP kernel");
      }
    }
  }

  /// Of 1.6 times what the kernel takes: enough as long as its first result counts as free again.
  @Test
  void memory_that_is_given_back_is_free() {
    Tree<Tensor> many = Tree.of(KernelNetworks.normal(4, 60, 6));
    Ntk plain = Ntk.of(NETWORK).build();
    long peak = plain.compute(many, PARAMS).memory().orElseThrow().predictedBytes();
    try (TensorScope scope = TensorScope.open()) {
      Ntk ntk =
          Ntk.of(NETWORK)
              .owner(scope)
              .memoryModel(new Machine(16 * peak / 10, scope))
              .memory(MemoryLimit.DEFAULT)
              .build();
      for (int call = 0; call < 3; call++) {
        Kernel kernel = ntk.compute(many, PARAMS);
        assertEquals(Optional.empty(), kernel.memory().orElseThrow().tiles(), "call " + call);
        scope.release(kernel.values());
      }
    }
  }

  /// A machine whose memory only `scope` uses.
  private record Machine(long bytes, TensorScope scope) implements MemoryModel {
    @Override
    public long peakBytes(Program p) {
      return MemoryModel.standard().peakBytes(p);
    }

    @Override
    public long freeBytes() {
      return bytes - scope.reservedBytes();
    }
  }

  @Test
  void a_kernel_that_fails_leaves_nothing_in_the_scope() {
    Runner failing =
        (p, inputs) -> {
          throw new IllegalStateException("as asked");
        };
    try (TensorScope scope = TensorScope.open()) {
      for (NtkBuilder builder : builders()) {
        Ntk ntk = builder.owner(scope).runner(failing).build();
        assertThrows(IllegalStateException.class, () -> ntk.compute(X, PARAMS));
        assertEquals(0, scope.liveBytes());
      }
    }
  }

  @Test
  void a_scope_that_was_closed_is_refused() {
    TensorScope scope = TensorScope.open();
    scope.close();
    for (NtkBuilder builder : builders()) {
      Ntk ntk = builder.owner(scope).build();
      assertThrows(IllegalStateException.class, () -> ntk.compute(X, PARAMS));
    }
  }
}
