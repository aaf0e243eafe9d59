package org.ntk4j.tests.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.CudaProgram;
import org.ntk4j.cuda.text.Precision;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.trace.Control;
import org.ntk4j.ir.trace.Trace;
import org.ntk4j.ir.trace.Value;
import org.ntk4j.tests.cuda.StandIn.Count;

/// How programs run on a card: loops, graphs, transfers, calls at once, and what is left behind.
class CudaProgramTest {
  private static final long WIDTH = 6;

  private StandIn card = StandIn.require();

  @BeforeEach
  void start() {
    card = StandIn.require();
  }

  /// `c W + x_t` again and again; rows of `WIDTH` elements are no multiple of 16 bytes.
  private static Program recurrence(long steps, boolean reverse) {
    return Trace.program(
        List.of(
            Aval.of(DType.F32, WIDTH, WIDTH),
            Aval.of(DType.F32, WIDTH),
            Aval.of(DType.F32, steps, WIDTH),
            Aval.of(DType.F32, steps, 4)),
        in -> {
          Control.Step all =
              Control.scan(
                  List.of(in.get(1)),
                  List.of(in.get(2), in.get(3)),
                  steps,
                  reverse,
                  (carry, x) -> {
                    Value c = carry.getFirst();
                    Value next = c.matmul(in.get(0)).mul(0.3).add(x.get(0)).tanh();
                    Value sum = x.get(1).sum(0);
                    return new Control.Step(List.of(next), List.of(next.mul(sum), sum));
                  });
          return List.of(all.carry().getFirst(), all.outputs().get(0), all.outputs().get(1));
        });
  }

  /// Halves `x` until its largest element is below 1; the sum of what it was, too.
  private static Program halving() {
    return Trace.program(
        List.of(Aval.of(DType.F64, 5)),
        in ->
            Control.whileLoop(
                List.of(in.getFirst(), in.getFirst()),
                carry -> carry.getFirst().abs().max(0).gt(1),
                carry -> {
                  Value half = carry.get(0).mul(0.5);
                  return List.of(half, carry.get(1).add(half));
                }));
  }

  private static Program choice() {
    return Trace.program(
        List.of(Aval.of(DType.I32), Aval.of(DType.F32, 3, 4)),
        in ->
            Control.branch(
                in.get(0),
                List.of(in.get(1)),
                List.of(
                    x -> List.of(x.getFirst().tanh()),
                    x -> List.of(x.getFirst().mul(2)),
                    x -> List.of(x.getFirst().neg()))));
  }

  /// A product, and what follows it.
  private static Program layers() {
    return Trace.program(
        List.of(Aval.of(DType.F32, 8, 16), Aval.of(DType.F32, 16, 4)),
        in -> {
          Value y = in.get(0).matmul(in.get(1)).tanh();
          return List.of(y, y.mul(y).sum(0).sqrt(), y.matmul(y.transpose()));
        });
  }

  @Test
  void short_loops_are_unrolled() {
    for (long steps : new long[] {0, 1, 2, 5}) {
      for (boolean reverse : new boolean[] {false, true}) {
        Program p = recurrence(steps, reverse);
        OnStandIn.assertEqualsEvaluator(p, OnStandIn.values(p, steps));
      }
    }
  }

  @Test
  void long_loops_repeat_the_operations_of_two_turns() {
    for (long steps : new long[] {1000, 1001}) {
      Program p = recurrence(steps, steps % 2 == 0);
      OnStandIn.assertEqualsEvaluator(p, OnStandIn.values(p, 3));
    }
  }

  @Test
  void a_loop_ends_when_its_condition_says_so() {
    Program p = halving();
    for (double size : new double[] {0.5, 1.5, 3, 100}) {
      List<Tensor> x = List.of(Tensor.of(new double[] {0, -size, 0.1, size / 3, 0.2}, 5));
      OnStandIn.assertEqualsEvaluator(p, x);
    }
  }

  @Test
  void a_branch_is_chosen_by_a_number_that_is_clamped() {
    Program p = choice();
    for (int index : new int[] {-7, 0, 1, 2, 9}) {
      Tensor i = Tensor.fill(DType.I32, Shape.of(), index);
      OnStandIn.assertEqualsEvaluator(p, List.of(i, OnStandIn.values(p, 2).get(1)));
    }
  }

  @Test
  void the_second_run_is_captured_and_the_third_replayed() {
    Program p = layers();
    List<Tensor> x = OnStandIn.values(p, 1);
    try (CudaProgram compiled = OnStandIn.compiler().compile(p)) {
      long graphs = card.count(Count.GRAPHS);
      long launches = card.count(Count.GRAPH_LAUNCHES);
      List<Tensor> played = compiled.run(x);
      assertEquals(graphs, card.count(Count.GRAPHS));
      for (int run = 1; run <= 3; run++) {
        OnStandIn.assertSame(played, compiled.run(x));
        assertEquals(graphs + 1, card.count(Count.GRAPHS), "one graph for the whole program");
        assertEquals(launches + run, card.count(Count.GRAPH_LAUNCHES));
      }
    }
  }

  @Test
  void constants_travel_once_and_are_shared_by_calls() {
    Tensor constant = OnStandIn.values(layers(), 4).getFirst();
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 16, 2)),
            in -> List.of(in.getFirst().constant(constant).matmul(in.getFirst())));
    List<Tensor> x = OnStandIn.values(p, 5);
    try (CudaProgram compiled = OnStandIn.compiler().compile(p)) {
      compiled.run(x);
      long copies = card.count(Count.COPIES_TO_DEVICE);
      compiled.run(x);
      assertEquals(copies + 1, card.count(Count.COPIES_TO_DEVICE), "the input");
    }
  }

  @Test
  void large_values_travel_in_pieces() {
    Program p =
        Trace.program(
            List.of(Aval.of(DType.F32, 3_000_001), Aval.of(DType.F32, 7)),
            in -> List.of(in.get(0).add(in.get(1).sum(0)), in.get(1).mul(2)));
    OnStandIn.assertEqualsEvaluator(p, OnStandIn.values(p, 6));
  }

  @Test
  void many_threads_call_one_program() throws InterruptedException, ExecutionException {
    Program p = layers();
    try (CudaProgram compiled = OnStandIn.compiler().compile(p);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        List<Tensor> x = OnStandIn.values(p, thread);
        List<Tensor> expected = compiled.run(x);
        calls.add(
            pool.submit(() -> {
              for (int k = 0; k < 10; k++) {
                OnStandIn.assertSame(expected, compiled.run(x));
              }
            }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void closing_leaves_nothing_behind() {
    OnStandIn.compiler(); // What belongs to the process is there from here on.
    Map<Count, Long> before = owned();
    List<Program> programs = List.of(layers(), halving(), choice(), recurrence(1000, false));
    for (Program p : programs) {
      try (CudaProgram compiled = OnStandIn.compiler().compile(p)) {
        List<Tensor> x = OnStandIn.values(p, 7);
        compiled.run(x);
        compiled.run(x);
        compiled.run(x);
      }
    }
    assertEquals(before, owned());
  }

  /// What belongs to programs; memory is kept for the next one.
  private Map<Count, Long> owned() {
    Map<Count, Long> counts = new EnumMap<>(Count.class);
    for (Count c :
        List.of(
            Count.PINNED_BLOCKS, Count.STREAMS, Count.EVENTS, Count.MODULES, Count.GRAPHS)) {
      counts.put(c, card.count(c));
    }
    return counts;
  }

  @Test
  void results_may_be_given_or_belong_to_a_scope() {
    Program p = layers();
    List<Tensor> x = OnStandIn.values(p, 8);
    try (CudaProgram compiled = OnStandIn.compiler().compile(p);
        TensorScope scope = TensorScope.open()) {
      List<Tensor> expected = compiled.run(x);
      List<Tensor> given = new ArrayList<>();
      for (Aval y : p.outputAvals()) {
        given.add(Tensor.fill(y.dtype(), y.shape(), Double.NaN));
      }
      compiled.run(x, given);
      OnStandIn.assertSame(expected, given);
      OnStandIn.assertSame(expected, compiled.run(x, scope));
      assertTrue(scope.peakBytes() >= compiled.workBytes());
    }
  }

  @Test
  void memory_is_known_before_it_is_used() {
    for (Program p : List.of(layers(), recurrence(20, false))) {
      long predicted = OnStandIn.compiler().peakBytes(p);
      try (CudaProgram compiled = OnStandIn.compiler().compile(p)) {
        assertEquals(predicted, compiled.peakBytes());
      }
    }
  }

  @Test
  void wrong_arguments_and_closed_programs_are_refused() {
    Program p = layers();
    List<Tensor> x = OnStandIn.values(p, 9);
    CudaProgram compiled = OnStandIn.compiler().compile(p);
    Exception few =
        assertThrows(IllegalArgumentException.class, () -> compiled.run(x.subList(0, 1)));
    assertTrue(few.getMessage().startsWith("the program has 2 arguments, but 1 were given"));
    compiled.close();
    compiled.close();
    assertThrows(IllegalStateException.class, () -> compiled.run(x));
  }

  @Test
  void nothing_but_f64_means_that_f32_is_refused() {
    Program single = layers();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnStandIn.compiler().withPrecision(Precision.FLOAT64).compile(single));
    assertTrue(e.getMessage().contains("--dtype f64"), e.getMessage());
    Program p = halving();
    try (CudaProgram compiled =
        OnStandIn.compiler().withPrecision(Precision.FLOAT64).compile(p)) {
      compiled.run(OnStandIn.values(p, 10));
    }
  }
}
