package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.CompiledSchedule;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;

/// Programs as a whole, compiled by whatever back end: loops, branches, many calls and many
/// threads.
public abstract class CompiledProgramContract {
  private final Program called;
  private final int calls;
  private final Program planned;

  /// Programs as large as a back end can run in a test.
  ///
  /// @param called the program that many threads call
  /// @param calls how often each does
  /// @param planned the program whose memory is looked at
  protected CompiledProgramContract(Program called, int calls, Program planned) {
    this.called = called;
    this.calls = calls;
    this.planned = planned;
  }

  protected abstract CompiledSchedule compile(Program p);

  /// Bytes of a run of `p`, which is not compiled for it.
  protected abstract long peakBytes(Program p);

  protected abstract void assertEqualsEvaluator(Program p, List<Tensor> arguments);

  @Test
  void large_kernels_and_loops_are_the_evaluators() {
    for (Program p : List.of(Programs.layers(130, 20), Programs.recurrence(33, 17))) {
      assertEqualsEvaluator(p, Programs.values(p, 1));
    }
  }

  @Test
  void calls_with_other_arguments_do_not_see_those_before() {
    Program p = Programs.recurrence(16, 5);
    try (CompiledSchedule compiled = compile(p)) {
      for (int seed = 0; seed < 10; seed++) {
        List<Tensor> x = Programs.values(p, seed);
        Compiled.assertClose(p, Evaluator.run(p, x), compiled.run(x));
      }
    }
  }

  @Test
  void many_threads_call_one_program() throws InterruptedException, ExecutionException {
    try (CompiledSchedule compiled = compile(called);
        ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        List<Tensor> x = Programs.values(called, thread);
        List<Tensor> expected = compiled.run(x);
        tasks.add(
            pool.submit(() -> {
              for (int k = 0; k < calls; k++) {
                Compiled.assertSame(expected, compiled.run(x));
              }
            }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
  }

  @Test
  void many_threads_compile_run_and_close() throws InterruptedException, ExecutionException {
    Program p = Programs.recurrence(16, 5);
    List<Tensor> x = Programs.values(p, 3);
    List<Tensor> expected = Evaluator.run(p, x);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        tasks.add(
            pool.submit(() -> {
              for (int k = 0; k < 10; k++) {
                try (CompiledSchedule compiled = compile(p)) {
                  Compiled.assertClose(p, expected, compiled.run(x));
                }
              }
            }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
  }

  /// Doubles the state until its sum exceeds a limit, then takes one of two branches.
  private static Program decisions() {
    return Trace.program(
        List.of(Aval.of(DType.F32, 5), Aval.of(DType.F32)),
        in -> {
          Value limit = in.get(1);
          Value grown =
              Control.whileLoop(
                  in.get(0), state -> state.sum(0).lt(limit), state -> state.mul(2.0).add(0.25));
          Value large = grown.sum(0).gt(100.0);
          return List.of(grown, Control.cond(large, () -> grown.neg(), () -> grown.exp()));
        });
  }

  @Test
  void loops_end_and_branches_are_taken_as_the_values_say() {
    Program p = decisions();
    for (double limit : new double[] {-1000, 3, 77, 12345}) {
      List<Tensor> x = new ArrayList<>(Programs.values(p, 11));
      x.set(1, Tensor.fill(DType.F32, Shape.of(), limit));
      assertEqualsEvaluator(p, x);
    }
  }

  @Test
  void results_may_be_given_or_belong_to_a_scope() {
    List<Tensor> x = Programs.values(called, 4);
    try (CompiledSchedule compiled = compile(called);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> expected = compiled.run(x);
      List<Tensor> given = new ArrayList<>();
      for (Aval y : called.outputAvals()) {
        given.add(Tensor.fill(y.dtype(), y.shape(), Double.NaN));
      }
      compiled.run(x, given);
      Compiled.assertSame(expected, given);
      Compiled.assertSame(expected, compiled.run(x, scope));
      long results = called.outputAvals().stream().mapToLong(y -> 64 + y.size() * 4).sum();
      assertTrue(scope.peakBytes() >= compiled.workBytes());
      assertTrue(scope.liveBytes() <= results);
    }
  }

  @Test
  void memory_is_known_before_it_is_used() {
    long predicted = peakBytes(planned);
    try (CompiledSchedule compiled = compile(planned)) {
      assertEquals(predicted, compiled.peakBytes());
      long bound =
          List.of(planned.inputAvals(), planned.outputAvals()).stream()
              .flatMap(List::stream)
              .mapToLong(a -> a.size() * a.dtype().sizeBytes())
              .sum();
      assertEquals(predicted, compiled.workBytes() + bound);
    }
  }

  @Test
  void arguments_of_another_shape_are_refused() {
    Program p = Programs.layers(32, 4);
    List<Tensor> x = Programs.values(p, 5);
    try (CompiledSchedule compiled = compile(p)) {
      Exception few =
          assertThrows(
              IllegalArgumentException.class, () -> compiled.run(x.subList(0, x.size() - 1)));
      assertTrue(few.getMessage().startsWith("the program has 3 arguments, but 2 were given"));
      List<Tensor> wrong = new ArrayList<>(x);
      wrong.set(2, Tensor.zeros(DType.F32, Shape.of(5, 32)));
      Exception shape = assertThrows(IllegalArgumentException.class, () -> compiled.run(wrong));
      assertEquals(
          "argument 2 of the program is f32[5,32]; expected f32[4,32]", shape.getMessage());
      wrong.set(2, Tensor.zeros(DType.F64, Shape.of(4, 32)));
      assertThrows(IllegalArgumentException.class, () -> compiled.run(wrong));
    }
  }

  @Test
  void results_that_share_memory_are_refused() {
    Program p = Programs.recurrence(16, 5);
    List<Tensor> x = Programs.values(p, 6);
    try (CompiledSchedule compiled = compile(p)) {
      Tensor all = Tensor.zeros(DType.F32, Shape.of(5, 4, 16));
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> compiled.run(x, List.of(x.get(1), all)));
      assertEquals("result 0 shares memory with argument 1", e.getMessage());
      Tensor part = all.slice(0, 1).reshape(Shape.of(4, 16));
      assertThrows(IllegalArgumentException.class, () -> compiled.run(x, List.of(part, all)));
    }
  }

  @Test
  void a_closed_program_is_refused() {
    Program p = Programs.layers(16, 2);
    CompiledSchedule compiled = compile(p);
    List<Tensor> x = Programs.values(p, 7);
    compiled.run(x);
    compiled.close();
    compiled.close();
    assertThrows(IllegalStateException.class, () -> compiled.run(x));
    try (TensorScope scope = TensorScope.open()) {
      assertThrows(IllegalStateException.class, () -> compiled.run(x, scope));
      assertEquals(0, scope.liveBytes(), "results of a run that failed");
    }
  }

  @Test
  void a_released_argument_is_refused() {
    Program p = Programs.layers(16, 2);
    try (CompiledSchedule compiled = compile(p)) {
      List<Tensor> x = new ArrayList<>(Programs.values(p, 8));
      try (TensorScope scope = TensorScope.open()) {
        x.set(0, scope.copy(x.get(0)));
      }
      assertThrows(IllegalStateException.class, () -> compiled.run(x));
    }
  }
}
