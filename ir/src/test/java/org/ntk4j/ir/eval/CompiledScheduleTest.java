package org.ntk4j.ir.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;

class CompiledScheduleTest {
  private static final Aval AVAL = Aval.of(DType.F64, 3);

  private static final Schedule SCHEDULE =
      new Schedule(
          List.of(new Buffer.Bound(DType.F64, 3), new Buffer.Bound(DType.F64, 3)),
          List.of(0),
          List.of(1),
          List.of(new Step.Fill(1, DType.F64, 0)));

  /// Copies its input, each time when it is let to.
  private static final class Copying extends CompiledSchedule {
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private int released;

    Copying() {
      super(SCHEDULE, new MemoryPlan(64, List.of(), List.of()), List.of(AVAL), List.of(AVAL));
    }

    @Override
    protected void run(Call call, Optional<TensorScope> temporaries) {
      started.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      assertEquals(0, released, "it is in use");
      call.written().getFirst().copyFrom(call.read().getFirst());
    }

    @Override
    protected double[] stepSeconds(Call call, int repetitions) {
      return new double[] {repetitions};
    }

    @Override
    protected void release() {
      released++;
    }
  }

  @Test
  void what_is_closed_is_released_when_the_last_call_has_returned()
      throws InterruptedException, ExecutionException {
    Tensor x = Tensor.of(new double[] {1, 2, 3}, 3);
    var copying = new Copying();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<List<Tensor>> result = pool.submit(() -> copying.run(List.of(x)));
      copying.started.await();
      copying.close();
      assertEquals(0, copying.released);
      assertThrows(IllegalStateException.class, () -> copying.run(List.of(x)));
      copying.mayEnd.countDown();
      assertEquals(3, result.get().getFirst().getDouble(2));
    }
    assertEquals(1, copying.released);
    copying.close();
    assertEquals(1, copying.released);
  }

  @Test
  void what_nobody_uses_is_released_at_once_and_only_once() {
    var copying = new Copying();
    copying.close();
    copying.close();
    assertEquals(1, copying.released);
  }

  @Test
  void results_share_no_memory_with_arguments() {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(3));
    try (var copying = new Copying()) {
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> copying.run(List.of(x), List.of(x)));
      assertEquals("result 0 shares memory with argument 0", e.getMessage());
    }
  }

  @Test
  void memory_of_a_run_counts_in_its_scope() {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(3));
    try (var copying = new Copying();
        TensorScope scope = TensorScope.open()) {
      copying.mayEnd.countDown();
      assertEquals(Shape.of(3), copying.run(List.of(x), scope).getFirst().shape());
      assertEquals(64, copying.workBytes());
      assertEquals(64 + 64, scope.peakBytes());
      assertEquals(64, scope.liveBytes());
      assertEquals(64 + 2 * 24, copying.peakBytes());
    }
  }

  @Test
  void steps_are_told_with_the_outputs_that_depend_on_them() {
    Tensor x = Tensor.zeros(DType.F64, Shape.of(3));
    try (var copying = new Copying()) {
      List<TimedStep> steps = copying.profile(List.of(x), Rates.DEFAULT, 7);
      assertEquals(1, steps.size());
      assertEquals(7, steps.getFirst().measured());
      assertEquals(List.of(0), List.copyOf(steps.getFirst().outputs()));
    }
  }
}
