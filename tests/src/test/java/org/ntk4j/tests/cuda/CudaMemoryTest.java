package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.driver.CudaException;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ntk.Kernel;
import org.ntk4j.ntk.MemoryLimit;
import org.ntk4j.ntk.MemoryUse;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.tests.cpu.Programs;
import org.ntk4j.tests.cuda.StandIn.Setting;
import org.ntk4j.tests.cuda.bench.CardRunner;

/// Programs on a card whose memory is short.
@Tag("standin")
class CudaMemoryTest {
  private static final long CARD_BYTES = 64L << 20;

  /// Of input and output, each; two programs of this size do not fit the card at once.
  private static final long LARGE = 5L << 20;

  private StandIn card = StandIn.require();
  private long usual;

  @BeforeEach
  void start() {
    card = StandIn.require();
    OnCard.compiler();
    Device device = Device.open(0);
    device.pool().trim();
    usual = device.totalBytes();
    card.set(Setting.MEMORY_BYTES, CARD_BYTES);
  }

  @AfterEach
  void restore() {
    card.set(Setting.MEMORY_BYTES, usual);
  }

  private static Program scaled(double factor, long elements) {
    return Trace.program(
        List.of(Aval.of(DType.F32, elements)), in -> List.of(in.getFirst().mul(factor)));
  }

  private static void assertScaled(CudaProgram compiled, double factor, Tensor x) {
    Tensor y = compiled.run(List.of(x)).getFirst();
    for (long i : new long[] {0, x.size() / 2, x.size() - 1}) {
      assertEquals(factor * x.getDouble(i), y.getDouble(i), 1e-6);
    }
  }

  @Test
  void the_memory_of_an_idle_program_is_given_to_another() {
    Tensor x = Programs.values(scaled(2, LARGE), 1).getFirst();
    CudaCompiler compiler = OnCard.compiler();
    long free = compiler.freeBytes();
    try (CudaProgram twice = compiler.compile(scaled(2, LARGE));
        CudaProgram half = compiler.compile(scaled(0.5, LARGE))) {
      for (int k = 0; k < 3; k++) {
        assertScaled(twice, 2, x);
        assertScaled(half, 0.5, x);
      }
      assertEquals(free, compiler.freeBytes(), "what is idle is free");
    }
  }

  @Test
  void a_call_waits_for_memory() throws InterruptedException, ExecutionException {
    Tensor x = Programs.values(scaled(2, LARGE), 2).getFirst();
    try (CudaProgram twice = OnCard.compiler().compile(scaled(2, LARGE));
        CudaProgram half = OnCard.compiler().compile(scaled(0.5, LARGE));
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int k = 0; k < 12; k++) {
        boolean first = k % 2 == 0;
        calls.add(pool.submit(() -> assertScaled(first ? twice : half, first ? 2 : 0.5, x)));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void a_run_that_does_not_fit_says_what_it_takes_and_what_is_free() {
    long elements = 3 * LARGE;
    Program p = scaled(2, elements);
    Tensor x = Tensor.zeros(DType.F32, p.inputAvals().getFirst().shape());
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      Exception e = assertThrows(CudaException.class, () -> compiled.run(List.of(x)));
      assertTrue(
          e.getMessage().startsWith("a run of the program takes 0.13 GB of memory on cuda:0"),
          e.getMessage());
      assertTrue(e.getMessage().endsWith("of which 0.07 GB is free"), e.getMessage());
    }
  }

  @Test
  void a_kernel_too_large_for_the_card_is_computed_in_tiles() {
    RandomKey key = RandomKey.of(13);
    Tree<Tensor> params =
        Tree.leaves(
            List.of(
                key.normal(DType.F32, Shape.of(6, 96)), key.normal(DType.F32, Shape.of(96, 3))));
    Tree<Tensor> x = Tree.of(RandomKey.of(14).normal(DType.F32, Shape.of(24, 40, 6)));
    card.set(Setting.MEMORY_BYTES, usual);
    Kernel whole = kernel(x, params);
    MemoryUse use = whole.memory().orElseThrow();
    assertFalse(use.tiles().isPresent(), use::toString);
    Device.open(0).pool().trim();
    card.set(Setting.MEMORY_BYTES, use.predictedBytes());
    Kernel tiled = kernel(x, params);
    MemoryUse less = tiled.memory().orElseThrow();
    assertTrue(less.tiles().isPresent(), less::toString);
    assertTrue(less.predictedBytes() <= 0.7 * use.predictedBytes(), less::toString);
    double largest = 0;
    for (long i = 0; i < whole.values().size(); i++) {
      largest = Math.max(largest, Math.abs(whole.values().getDouble(i)));
    }
    for (long i = 0; i < whole.values().size(); i++) {
      assertEquals(whole.values().getDouble(i), tiled.values().getDouble(i), 1e-5 * largest);
    }
  }

  /// By the default limit of memory, 70 % of what is free.
  private static Kernel kernel(Tree<Tensor> x, Tree<Tensor> params) {
    try (ProgramCache cache = CardRunner.cache(OnCard.compiler())) {
      return CardRunner.on(
              Ntk.of((p, in) ->
                      Tree.of(
                          in.value()
                              .matmul(p.leaves().get(0))
                              .tanh()
                              .mean(1)
                              .matmul(p.leaves().get(1))))
                  .traceAxes()
                  .memory(MemoryLimit.DEFAULT),
              cache)
          .build()
          .compute(x, params);
    }
  }

  @Test
  void a_program_larger_than_the_card_is_refused_before_it_is_compiled() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> OnCard.compiler().compile(scaled(2, 1L << 40)));
    assertTrue(e.getMessage().startsWith("the program takes 8796.09 GB on cuda:0"), e.getMessage());
  }
}
