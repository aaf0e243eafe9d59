package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;

/// Programs on a card as a whole: loops, branches, many calls and many threads.
@Tag("standin")
@Tag("gpu")
class CudaProgramTest {
  @AfterEach
  void nothing_is_left() {
    OnCard.assertNothingLeft();
  }

  @Test
  void large_kernels_and_loops_are_the_evaluators() {
    for (Program p : List.of(Programs.layers(130, 20), Programs.recurrence(33, 17))) {
      OnCard.assertEqualsEvaluator(p, Programs.values(p, 1));
    }
  }

  @Test
  void bits_do_not_depend_on_the_order_of_threads_and_blocks() {
    for (Program p : List.of(Programs.layers(70, 9), Programs.recurrence(64, 9))) {
      List<Tensor> x = Programs.values(p, 2);
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        List<Tensor> expected = compiled.run(x);
        for (long order = 1; order < 6; order++) {
          OnCard.order(order);
          Compiled.assertSame(expected, compiled.run(x));
        }
      } finally {
        OnCard.order(0);
      }
    }
  }

  @Test
  void calls_with_other_arguments_do_not_see_those_before() {
    Program p = Programs.recurrence(16, 5);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      for (int seed = 0; seed < 10; seed++) {
        List<Tensor> x = Programs.values(p, seed);
        Compiled.assertClose(p, Evaluator.run(p, x), compiled.run(x));
      }
    }
  }

  @Test
  void many_threads_call_one_program() throws InterruptedException, ExecutionException {
    Program p = Programs.layers(32, 6);
    try (CudaProgram compiled = OnCard.compiler().compile(p);
        ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        List<Tensor> x = Programs.values(p, thread);
        List<Tensor> expected = compiled.run(x);
        calls.add(
            pool.submit(() -> {
              for (int k = 0; k < 10; k++) {
                Compiled.assertSame(expected, compiled.run(x));
              }
            }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void many_threads_compile_run_and_close() throws InterruptedException, ExecutionException {
    Program p = Programs.recurrence(16, 5);
    List<Tensor> x = Programs.values(p, 3);
    List<Tensor> expected = Evaluator.run(p, x);
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        calls.add(
            pool.submit(() -> {
              for (int k = 0; k < 10; k++) {
                try (CudaProgram compiled = OnCard.compiler().compile(p)) {
                  Compiled.assertClose(p, expected, compiled.run(x));
                }
              }
            }));
      }
      for (Future<?> call : calls) {
        call.get();
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
      OnCard.assertEqualsEvaluator(p, x);
    }
  }

  @Test
  void memory_is_known_before_it_is_used() {
    Program p = Programs.layers(60, 8);
    long predicted = OnCard.compiler().peakBytes(p);
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      assertEquals(predicted, compiled.peakBytes());
      assertTrue(compiled.workBytes() < predicted);
    }
  }

  @Test
  void a_closed_program_is_refused() {
    Program p = Programs.layers(16, 2);
    CudaProgram compiled = OnCard.compiler().compile(p);
    List<Tensor> x = Programs.values(p, 7);
    compiled.run(x);
    compiled.close();
    compiled.close();
    assertThrows(IllegalStateException.class, () -> compiled.run(x));
  }

  @Test
  void arguments_of_another_shape_are_refused() {
    Program p = Programs.layers(32, 4);
    List<Tensor> x = new ArrayList<>(Programs.values(p, 5));
    try (CudaProgram compiled = OnCard.compiler().compile(p)) {
      x.set(2, Tensor.zeros(DType.F32, Shape.of(5, 32)));
      Exception shape = assertThrows(IllegalArgumentException.class, () -> compiled.run(x));
      assertEquals(
          "argument 2 of the program is f32[5,32]; expected f32[4,32]", shape.getMessage());
    }
  }
}
