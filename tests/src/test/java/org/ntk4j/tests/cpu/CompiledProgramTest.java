package org.ntk4j.tests.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.CompiledProgram;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;

class CompiledProgramTest {
  /// How often a program is compiled, run and closed in a round: `-Dntk.cycles=10000`.
  private static final int CYCLES = Integer.getInteger("ntk.cycles", 300);

  private static final long LEAK_BYTES = 16L << 20;

  @Test
  void large_kernels_and_loops_are_the_evaluators() {
    for (Program p : List.of(Programs.layers(130, 20), Programs.recurrence(33, 17))) {
      Compiled.assertEqualsEvaluator(p, Programs.values(p, 1));
    }
  }

  @Test
  void bits_do_not_depend_on_the_number_of_threads() {
    for (Program p : List.of(Programs.layers(300, 48), Programs.recurrence(64, 9))) {
      List<Tensor> x = Programs.values(p, 2);
      try (CompiledProgram one = Compiled.compiler().withThreads(1).compile(p)) {
        List<Tensor> expected = one.run(x);
        for (int threads : new int[] {2, 3, 8}) {
          try (CompiledProgram more = Compiled.compiler().withThreads(threads).compile(p)) {
            Compiled.assertSame(expected, more.run(x));
          }
        }
      }
    }
  }

  @Test
  void many_threads_call_one_program() throws InterruptedException, ExecutionException {
    Program p = Programs.layers(96, 12);
    try (CompiledProgram compiled = Compiled.compiler().compile(p);
        ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        List<Tensor> x = Programs.values(p, thread);
        List<Tensor> expected = compiled.run(x);
        calls.add(
            pool.submit(() -> {
              for (int k = 0; k < 50; k++) {
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
                try (CompiledProgram compiled = Compiled.compiler().compile(p)) {
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

  @Test
  void results_may_be_given_or_belong_to_a_scope() {
    Program p = Programs.layers(64, 8);
    List<Tensor> x = Programs.values(p, 4);
    try (CompiledProgram compiled = Compiled.compiler().compile(p);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> expected = compiled.run(x);
      List<Tensor> given = new ArrayList<>();
      for (Aval y : p.outputAvals()) {
        given.add(Tensor.fill(y.dtype(), y.shape(), Double.NaN));
      }
      compiled.run(x, given);
      Compiled.assertSame(expected, given);
      Compiled.assertSame(expected, compiled.run(x, scope));
      long results = p.outputAvals().stream().mapToLong(y -> 64 + y.size() * 4).sum();
      assertTrue(scope.peakBytes() >= compiled.workBytes());
      assertTrue(scope.liveBytes() <= results);
    }
  }

  @Test
  void arguments_of_another_shape_are_refused() {
    Program p = Programs.layers(32, 4);
    List<Tensor> x = Programs.values(p, 5);
    try (CompiledProgram compiled = Compiled.compiler().compile(p)) {
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
    Program p = Programs.recurrence(8, 3);
    List<Tensor> x = Programs.values(p, 6);
    try (CompiledProgram compiled = Compiled.compiler().compile(p)) {
      Tensor all = Tensor.zeros(DType.F32, Shape.of(3, 4, 8));
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> compiled.run(x, List.of(x.get(1), all)));
      assertEquals("result 0 shares memory with argument 1", e.getMessage());
      Tensor part = all.slice(0, 1).reshape(Shape.of(4, 8));
      assertThrows(IllegalArgumentException.class, () -> compiled.run(x, List.of(part, all)));
    }
  }

  @Test
  void a_closed_program_is_refused() {
    Program p = Programs.layers(16, 2);
    CompiledProgram compiled = Compiled.compiler().compile(p);
    List<Tensor> x = Programs.values(p, 7);
    compiled.run(x);
    compiled.close();
    compiled.close();
    assertThrows(IllegalStateException.class, () -> compiled.run(x));
  }

  @Test
  void a_released_argument_is_refused() {
    Program p = Programs.layers(16, 2);
    try (CompiledProgram compiled = Compiled.compiler().compile(p)) {
      List<Tensor> x = new ArrayList<>(Programs.values(p, 8));
      try (TensorScope scope = TensorScope.open()) {
        x.set(0, scope.copy(x.get(0)));
      }
      assertThrows(IllegalStateException.class, () -> compiled.run(x));
    }
  }

  @Test
  void memory_is_known_before_it_is_used() {
    Program p = Programs.layers(200, 30);
    long predicted = Compiled.compiler().peakBytes(p);
    try (CompiledProgram compiled = Compiled.compiler().compile(p)) {
      assertEquals(predicted, compiled.peakBytes());
      long bound =
          List.of(p.inputAvals(), p.outputAvals()).stream()
              .flatMap(List::stream)
              .mapToLong(a -> a.size() * a.dtype().sizeBytes())
              .sum();
      assertEquals(predicted, compiled.workBytes() + bound);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void compiling_running_and_closing_leaves_memory_where_it_was()
      throws IOException, InterruptedException {
    // In a process of its own, whose Java heap does not grow.
    List<String> options = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");
    List<String> output = Child.run(CyclesMain.class, options, _ -> true, Integer.toString(CYCLES));
    long grown = Long.parseLong(output.getLast());
    assertTrue(grown < LEAK_BYTES, () -> grown + " bytes more");
  }
}
