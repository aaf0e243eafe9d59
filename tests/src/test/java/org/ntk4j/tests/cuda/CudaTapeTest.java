package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.RandomKey;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ir.eval.TimedStep;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.tests.cpu.Compiled;
import org.ntk4j.tests.cpu.Programs;

/// What a tape does on a card: loops, branches, transfers, and what is refused.
@Tag("standin")
@Tag("gpu")
class CudaTapeTest {
  @Test
  void short_loops_are_unrolled() {
    for (long steps : new long[] {0, 1, 2, 5}) {
      for (boolean reverse : new boolean[] {false, true}) {
        Program p = CudaPrograms.recurrence(steps, reverse);
        OnCard.assertEqualsEvaluator(p, Programs.values(p, steps));
      }
    }
  }

  @Test
  void long_loops_repeat_the_operations_of_two_turns() {
    for (long steps : new long[] {1000, 1001}) {
      Program p = CudaPrograms.recurrence(steps, steps % 2 == 0);
      OnCard.assertEqualsEvaluator(p, Programs.values(p, 3));
    }
  }

  @Test
  void a_loop_ends_when_its_condition_says_so() {
    Program p = CudaPrograms.halving();
    for (double size : new double[] {0.5, 1.5, 3, 100}) {
      List<Tensor> x = List.of(Tensor.of(new double[] {0, -size, 0.1, size / 3, 0.2}, 5));
      OnCard.assertEqualsEvaluator(p, x);
    }
  }

  @Test
  void a_branch_is_chosen_by_a_number_that_is_clamped() {
    Program p = CudaPrograms.choice();
    for (int index : new int[] {-7, 0, 1, 2, 9}) {
      Tensor i = Tensor.fill(DType.F32, Shape.of(), index);
      OnCard.assertEqualsEvaluator(p, List.of(i, Programs.values(p, 2).get(1)));
    }
  }

  @Test
  void large_values_travel_in_pieces() {
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 3_000_001), Aval.of(DType.F32, 7)),
            in -> List.of(in.get(0).add(in.get(1).sum(0)), in.get(1).mul(2)));
    OnCard.assertEqualsEvaluator(p, Programs.values(p, 6));
  }

  @Test
  void results_may_be_given_or_belong_to_a_scope() {
    Program p = CudaPrograms.layers();
    List<Tensor> x = Programs.values(p, 8);
    try (CudaProgram compiled = OnCard.compiler().compile(p);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> expected = compiled.run(x);
      List<Tensor> given = new ArrayList<>();
      for (Aval y : p.outputAvals()) {
        given.add(Tensor.fill(y.dtype(), y.shape(), Double.NaN));
      }
      compiled.run(x, given);
      Compiled.assertSame(expected, given);
      Compiled.assertSame(expected, compiled.run(x, scope));
      assertTrue(scope.peakBytes() >= compiled.workBytes());
    }
  }

  @Test
  void memory_is_known_before_it_is_used() {
    for (Program p : List.of(CudaPrograms.layers(), CudaPrograms.recurrence(20, false))) {
      long predicted = OnCard.compiler().peakBytes(p);
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        assertEquals(predicted, compiled.peakBytes());
      }
    }
  }

  @Test
  void wrong_arguments_and_closed_programs_are_refused() {
    Program p = CudaPrograms.layers();
    List<Tensor> x = Programs.values(p, 9);
    CudaProgram compiled = OnCard.compiler().compile(p);
    Exception few =
        assertThrows(IllegalArgumentException.class, () -> compiled.run(x.subList(0, 1)));
    assertTrue(few.getMessage().startsWith("the program has 2 arguments, but 1 were given"));
    compiled.close();
    compiled.close();
    assertThrows(IllegalStateException.class, () -> compiled.run(x));
  }

  @Test
  void nothing_but_f64_means_that_f32_is_refused() {
    Program single = CudaPrograms.layers();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnCard.compiler().withPrecision(Precision.FLOAT64).compile(single));
    assertTrue(e.getMessage().contains("--dtype f64"), e.getMessage());
    for (Program inside : CudaPrograms.singleInside()) {
      Exception inner =
          assertThrows(
              IllegalArgumentException.class,
              () -> OnCard.compiler().withPrecision(Precision.FLOAT64).compile(inside));
      assertEquals(e.getMessage(), inner.getMessage(), inside::toString);
      OnCard.compiler().compile(inside).close();
    }
    Program p = CudaPrograms.halving();
    try (CudaProgram compiled = OnCard.compiler().withPrecision(Precision.FLOAT64).compile(p)) {
      compiled.run(Programs.values(p, 10));
    }
  }

  @Test
  void sums_into_computed_places_need_not_have_the_same_bits_in_every_run() {
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 5, 7), Aval.of(DType.I32, 300), Aval.of(DType.F32, 300, 7)),
            in -> {
              Value sums = in.get(0).scatterAdd(in.get(1), in.get(2), 0);
              return List.of(sums, sums.tanh().matmul(sums.transpose()).sum(0));
            });
    Tensor places = Tensor.zeros(DType.I32, Shape.of(300));
    for (long i = 0; i < places.size(); i++) {
      places.setLong(i, i * i % 5);
    }
    RandomKey key = RandomKey.of(12);
    List<Tensor> arguments =
        List.of(
            key.normal(DType.F32, Shape.of(5, 7)), places, key.normal(DType.F32, Shape.of(300, 7)));
    List<Tensor> expected = Evaluator.run(p, arguments);
    for (boolean deterministic : new boolean[] {true, false}) {
      try (CudaProgram compiled = OnCard.compiler().withDeterministic(deterministic).compile(p)) {
        List<Tensor> first = compiled.run(arguments);
        for (int order = 1; order <= 4; order++) {
          OnCard.order(order);
          List<Tensor> again = compiled.run(arguments);
          Compiled.assertClose(p, expected, again);
          if (deterministic) {
            Compiled.assertSame(first, again);
          }
        }
      } finally {
        OnCard.order(0);
      }
    }
  }

  @Test
  void a_run_and_its_steps_are_timed_on_the_card() {
    for (Program p : List.of(CudaPrograms.layers(), CudaPrograms.halving())) {
      List<Tensor> x = Programs.values(p, 11);
      try (CudaProgram compiled = OnCard.compiler().compile(p)) {
        List<Tensor> expected = compiled.run(x);
        assertTrue(compiled.secondsOnCard(x, 2) > 0);
        List<TimedStep> steps = compiled.profile(x, OnCard.compiler().rates(), 2);
        assertTrue(steps.stream().allMatch(s -> s.measured() >= 0 && s.predicted() > 0));
        assertTrue(steps.stream().anyMatch(s -> s.measured() > 0), steps::toString);
        Compiled.assertSame(expected, compiled.run(x));
      }
    }
  }
}
