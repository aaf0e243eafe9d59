package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.cuda.CudaCompiler;
import org.ntk4j.cuda.CudaEngine;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.Runner;
import org.ntk4j.ntk.TileSizes;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;
import org.ntk4j.tests.cuda.StandIn.Count;
import org.ntk4j.tests.cuda.StandIn.Setting;

/// Tensors that are held travel to the card once: counted by the stand-in. On a card, results are
/// the same.
@Tag("standin")
@Tag("gpu")
class CudaHeldTest {
  private static final long WIDTH = 64;

  private long usual;

  @BeforeEach
  void start() {
    OnCard.compiler();
    usual = Device.open(0).totalBytes();
  }

  @AfterEach
  void nothing_is_left() {
    if (!OnCard.isReal()) {
      memory(usual);
    }
    OnCard.assertNothingLeft();
  }

  /// Gives the stand-in so much memory; the test is skipped on a card.
  private static void memory(long bytes) {
    Assumptions.assumeFalse(OnCard.isReal(), "the memory of a card is as it is");
    Device.open(0).pool().trim();
    StandIn.require().set(Setting.MEMORY_BYTES, bytes);
  }

  private static long bytes(List<Tensor> tensors) {
    return tensors.stream().mapToLong(t -> t.segment().byteSize()).sum();
  }

  private interface Work {
    void run() throws InterruptedException, ExecutionException;
  }

  /// Does `work`, during which so many bytes have to travel to the stand-in.
  private static void assertSent(long expected, Work work)
      throws InterruptedException, ExecutionException {
    long before = sent();
    work.run();
    assertEquals(OnCard.isReal() ? 0 : expected, sent() - before, "bytes to the card");
  }

  /// Does `work`, during which a number of bytes travels to the stand-in.
  private static void assertSends(LongPredicate expected, Work work)
      throws InterruptedException, ExecutionException {
    long before = sent();
    work.run();
    long bytes = sent() - before;
    assertTrue(OnCard.isReal() || expected.test(bytes), () -> bytes + " bytes have travelled");
  }

  /// On a card they are not counted.
  private static long sent() {
    return OnCard.isReal() ? 0 : StandIn.require().count(Count.BYTES_TO_DEVICE);
  }

  /// Two weights, then some rows.
  private static Program network(long rows, double factor) {
    return Trace.program(
        List.of(
            Aval.of(DType.F32, WIDTH, WIDTH),
            Aval.of(DType.F32, WIDTH, 8),
            Aval.of(DType.F32, rows, WIDTH)),
        in -> {
          Value hidden = in.get(2).matmul(in.get(0)).mul(factor).tanh();
          return List.of(hidden.matmul(in.get(1)));
        });
  }

  @Test
  void what_is_held_travels_once() throws InterruptedException, ExecutionException {
    Program p = network(4, 0.1);
    List<Tensor> x = Programs.values(p, 1);
    List<Tensor> weights = x.subList(0, 2);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      List<Tensor> expected = compiled.run(x);
      assertSent(bytes(x), () -> compiled.run(x));
      try (Held _ = OnCard.compiler().hold(weights)) {
        assertSent(bytes(x), () -> Compiled.assertSame(expected, compiled.run(x)));
        for (int run = 0; run < 3; run++) {
          assertSent(bytes(x.subList(2, 3)), () -> Compiled.assertSame(expected, compiled.run(x)));
        }
        compiled.profile(x, OnCard.compiler().rates(), 1);
        Compiled.assertSame(expected, compiled.run(x));
      }
      assertSent(bytes(x), () -> Compiled.assertSame(expected, compiled.run(x)));
    }
  }

  @Test
  void other_tensors_with_equal_elements_travel() throws InterruptedException, ExecutionException {
    Program p = network(4, 0.1);
    List<Tensor> x = Programs.values(p, 2);
    List<Tensor> copies = x.stream().map(Tensor::copy).toList();
    try (CudaProgram compiled = OnCard.compiler().compile(p);
        Held _ = OnCard.compiler().hold(x)) {
      List<Tensor> expected = compiled.run(x);
      assertSent(0, () -> compiled.run(x));
      assertSent(bytes(x), () -> Compiled.assertSame(expected, compiled.run(copies)));
    }
  }

  @Test
  void what_is_not_held_any_more_may_change() {
    Program p = network(4, 0.1);
    List<Tensor> x = Programs.values(p, 3);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      for (int turn = 0; turn < 3; turn++) {
        x.get(turn % 2).setDouble(5, turn - 7.5);
        Held all = OnCard.compiler().hold(x);
        try (Held _ = OnCard.compiler().hold(x.subList(0, 1))) {
          Compiled.assertClose(p, Evaluator.run(p, x), compiled.run(x));
          all.close();
          all.close();
          x.get(1).setDouble(6, turn);
          Compiled.assertClose(p, Evaluator.run(p, x), compiled.run(x));
        }
      }
    }
  }

  @Test
  void a_tensor_may_be_several_arguments_and_large()
      throws InterruptedException, ExecutionException {
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 1_200_001), Aval.of(DType.F32, 1_200_001)),
            in -> List.of(in.get(0).add(in.get(1).mul(2))));
    Tensor x = Programs.values(p, 4).getFirst();
    try (CudaProgram compiled = OnCard.compiler().compile(p);
        Held _ = OnCard.compiler().hold(List.of(x, x))) {
      List<Tensor> both = List.of(x, x);
      assertSent(
          bytes(List.of(x)),
          () -> Compiled.assertClose(p, Evaluator.run(p, both), compiled.run(both)));
    }
  }

  @Test
  void programs_and_threads_share_what_is_held() throws InterruptedException, ExecutionException {
    Program one = network(4, 0.1);
    Program two = network(7, 0.2);
    List<Tensor> weights = Programs.values(one, 5).subList(0, 2);
    List<Tensor> rows = List.of(Programs.values(one, 6).get(2), Programs.values(two, 7).get(2));
    try (CudaProgram first = OnCard.compiler().compile(one);
        CudaProgram second = OnCard.compiler().compile(two);
        ExecutorService pool = Executors.newFixedThreadPool(6);
        Held _ = OnCard.compiler().hold(weights)) {
      List<List<Tensor>> arguments =
          rows.stream().map(x -> List.of(weights.get(0), weights.get(1), x)).toList();
      List<List<Tensor>> expected =
          List.of(Evaluator.run(one, arguments.get(0)), Evaluator.run(two, arguments.get(1)));
      assertSent(
          bytes(weights) + 12 * bytes(rows),
          () -> {
            List<Future<?>> calls = new ArrayList<>();
            for (int call = 0; call < 24; call++) {
              int k = call % 2;
              CudaProgram compiled = k == 0 ? first : second;
              Program p = k == 0 ? one : two;
              calls.add(
                  pool.submit(() ->
                      Compiled.assertClose(p, expected.get(k), compiled.run(arguments.get(k)))));
            }
            for (Future<?> call : calls) {
              call.get();
            }
          });
    }
  }

  @Test
  void holding_may_begin_and_end_while_others_compute()
      throws InterruptedException, ExecutionException {
    Program p = network(4, 0.1);
    List<Tensor> x = Programs.values(p, 8);
    try (CudaProgram compiled = OnCard.compiler().compile(p);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Tensor> expected = compiled.run(x);
      CudaCompiler compiler = OnCard.compiler();
      List<Future<?>> calls = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        boolean holds = thread % 2 == 0;
        calls.add(
            pool.submit(() -> {
              for (int k = 0; k < 15; k++) {
                try (Held _ = holds ? compiler.hold(x.subList(0, 2)) : Held.NOTHING) {
                  Compiled.assertSame(expected, compiled.run(x));
                }
              }
            }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  private static Program scaled(double factor, long elements) {
    return Trace.program(
        List.of(Aval.of(DType.F32, elements)), in -> List.of(in.getFirst().mul(factor)));
  }

  @Test
  void held_tensors_give_way_where_memory_is_short()
      throws InterruptedException, ExecutionException {
    Program p = scaled(2, 1 << 18);
    Tensor x = Programs.values(p, 9).getFirst();
    Tensor other = Programs.values(p, 10).getFirst();
    memory(5L << 20); // A call with what it holds takes 4 MiB.
    CudaCompiler compiler = OnCard.compiler();
    long free = compiler.freeBytes();
    try (CudaProgram twice = compiler.compile(p);
        Held _ = compiler.hold(List.of(x));
        Held _ = compiler.hold(List.of(other))) {
      for (int turn = 0; turn < 2; turn++) {
        for (Tensor argument : List.of(x, other)) {
          assertSent(bytes(List.of(argument)), () -> twice.run(List.of(argument)));
          assertSent(0, () -> twice.run(List.of(argument)));
          assertEquals(free, compiler.freeBytes(), "what is idle is free");
        }
      }
    }
  }

  @Test
  void what_fits_without_holding_fits_with_it() {
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 1 << 18), Aval.of(DType.F32, 1 << 18)),
            in -> List.of(in.get(0).add(in.get(1))));
    List<Tensor> x = Programs.values(p, 11);
    Tensor more = Tensor.zeros(DType.F32, Shape.of(1 << 20));
    memory(7L << 20); // The call takes 4 MiB; what is held, 6.
    try (CudaProgram sum = OnCard.compiler().compile(p);
        Held _ = OnCard.compiler().hold(List.of(x.get(0), more))) {
      for (int run = 0; run < 3; run++) {
        Compiled.assertClose(p, Evaluator.run(p, x), sum.run(x));
      }
    }
  }

  /// What runs on the card.
  ///
  /// @param holds whether it has a use for tensors being held
  private record OnThisCard(ProgramCache cache, boolean holds) implements Runner {
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
      return holds ? cache.hold(tensors) : Held.NOTHING;
    }
  }

  @Test
  void parameters_travel_once_for_all_tiles_of_a_kernel()
      throws InterruptedException, ExecutionException {
    long width = 512;
    RandomKey key = RandomKey.of(12);
    Tree<Tensor> params =
        Tree.leaves(
            List.of(
                key.normal(DType.F32, Shape.of(width, width)),
                key.normal(DType.F32, Shape.of(width, 2))));
    Tree<Tensor> x = Tree.of(key.normal(DType.F32, Shape.of(3, width)));
    long once = bytes(params.leaves());
    List<Tensor> kernels = new ArrayList<>();
    for (boolean holds : new boolean[] {true, false}) {
      try (ProgramCache cache =
          new ProgramCache(Optional.of(new CudaEngine(OnCard.compiler())), 16)) {
        Ntk ntk =
            Ntk.of((p, in) ->
                    Tree.of(in.value().matmul(p.leaves().get(0)).tanh().matmul(p.leaves().get(1))))
                .traceAxes()
                .runner(new OnThisCard(cache, holds))
                .tiles(TileSizes.of(1, 1))
                .build();
        assertSends(
            sent -> holds ? sent < 2 * once : sent > 6 * once,
            () -> kernels.add(ntk.compute(x, x.map(Tensor::copy), params).values()));
        try (Held _ = ntk.hold(params)) {
          ntk.compute(x, params);
          assertSends(
              again -> holds ? again < once : again > 3 * once, () -> ntk.compute(x, params));
        }
      }
    }
    assertTrue(kernels.get(0).sameAs(kernels.get(1)));
  }
}
