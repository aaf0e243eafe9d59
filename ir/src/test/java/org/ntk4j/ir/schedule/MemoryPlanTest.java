package org.ntk4j.ir.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.schedule.Schedule.Buffer;

class MemoryPlanTest {
  private static final long SCRATCH = 200;

  static Stream<Integer> seeds() {
    return IntStream.range(0, 50).boxed();
  }

  private static Step copy(int from, int to) {
    Aval aval = Aval.of(DType.F32, 1);
    return new Step.Evaluate(
        new StopGradient(), List.of(from), List.of(to), List.of(aval), List.of(aval));
  }

  /// Steps that read and write any of some buffers.
  private static Schedule random(Random random) {
    List<Buffer> buffers = new ArrayList<>();
    buffers.add(new Buffer.Bound(DType.F32, 10));
    int temporaries = 1 + random.nextInt(30);
    for (int b = 0; b < temporaries; b++) {
      buffers.add(new Buffer.Temporary(DType.F32, random.nextInt(6) == 0 ? 0 : random.nextInt(90)));
    }
    List<Step> steps = new ArrayList<>();
    for (int s = 0; s < temporaries + 5; s++) {
      // Neighbours mostly, so that buffers are in use for some steps only.
      int from = Math.clamp(s - random.nextInt(4), 0, temporaries);
      int to = Math.clamp(s + random.nextInt(4), 1, temporaries);
      steps.add(copy(from, to));
    }
    return new Schedule(buffers, List.of(0), List.of(), steps);
  }

  /// `[first, last]` step that uses buffer `b`; empty if none does.
  private static List<Integer> use(Schedule s, int b) {
    List<Integer> steps =
        IntStream.range(0, s.steps().size())
            .filter(
                k -> s.steps().get(k).reads().contains(b) || s.steps().get(k).writes().contains(b))
            .boxed()
            .toList();
    return steps.isEmpty() ? List.of() : List.of(steps.getFirst(), steps.getLast());
  }

  private static boolean apart(long x, long xBytes, long y, long yBytes) {
    return x + xBytes <= y || y + yBytes <= x || xBytes == 0 || yBytes == 0;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void buffers_in_use_at_once_do_not_overlap(int seed) {
    Schedule s = random(new Random(seed));
    MemoryPlan plan = MemoryPlan.of(s, _ -> SCRATCH);
    int buffers = s.buffers().size();
    for (int b = 0; b < buffers; b++) {
      List<Integer> use = use(s, b);
      boolean present = b > 0 && !use.isEmpty();
      assertEquals(present, plan.offsets().get(b) != MemoryPlan.ABSENT);
      if (present) {
        long offset = plan.offsets().get(b);
        long bytes = s.buffers().get(b).bytes();
        assertEquals(0, offset % MemoryPlan.ALIGNMENT);
        assertTrue(offset + bytes <= plan.arenaBytes());
        for (int c = 1; c < b; c++) {
          List<Integer> other = use(s, c);
          if (!other.isEmpty() && use.get(0) <= other.get(1) && other.get(0) <= use.get(1)) {
            assertTrue(apart(offset, bytes, plan.offsets().get(c), s.buffers().get(c).bytes()));
          }
        }
        for (int k = use.get(0); k <= use.get(1); k++) {
          MemoryPlan.Block block = plan.blocks().get(k);
          assertEquals(SCRATCH, block.bytes());
          assertTrue(apart(offset, bytes, block.offset(), block.bytes()));
        }
      }
    }
  }

  @Test
  void a_chain_takes_two_buffers() {
    List<Buffer> buffers = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    buffers.add(new Buffer.Bound(DType.F32, 1024));
    for (int b = 1; b <= 20; b++) {
      buffers.add(new Buffer.Temporary(DType.F32, 1024));
      steps.add(copy(b - 1, b));
    }
    Schedule s = new Schedule(buffers, List.of(0), List.of(), steps);
    MemoryPlan plan = MemoryPlan.of(s, _ -> 0);
    assertEquals(2 * 4096, plan.arenaBytes());
    assertEquals(3 * 4096, plan.totalBytes(s));
  }

  @Test
  void a_loop_has_its_bodys_memory_and_a_second_place_for_each_carry() {
    Schedule body =
        new Schedule(
            List.of(
                new Buffer.Bound(DType.F64, 16),
                new Buffer.Temporary(DType.F64, 32),
                new Buffer.Bound(DType.F64, 16)),
            List.of(0),
            List.of(2),
            List.of(copy(0, 1), copy(1, 2)));
    Buffer value = new Buffer.Bound(DType.F64, 16);
    Step scan = new Step.Scan(body, 0, 1, 5, false, List.of(0), List.of(1));
    Schedule s = new Schedule(List.of(value, value), List.of(0), List.of(1), List.of(scan));
    MemoryPlan plan = MemoryPlan.of(s, _ -> 0);
    MemoryPlan.Block block = plan.blocks().getFirst();
    assertEquals(256 + 128, plan.arenaBytes());
    assertEquals(256, block.inner().getFirst().arenaBytes());
    assertEquals(List.of(256L, 256L + 128), block.cells(), "the carry's, and the step's own");
    long own = block.bytes() + MemoryPlan.ALIGNMENT;
    MemoryPlan.Needs little = step -> step == scan ? 1 : 0;
    assertEquals(own, MemoryPlan.of(s, little).blocks().getFirst().bytes());
  }

  @Test
  void local_buffers_are_not_placed_where_the_step_holds_them() {
    List<Buffer> buffers =
        List.of(
            new Buffer.Bound(DType.F32, 64),
            new Buffer.Temporary(DType.F32, 64),
            new Buffer.Bound(DType.F32, 64));
    Step.Rows rows = new Step.Rows(List.of(moved(0, 1), moved(1, 2)), 64, List.of(1));
    Schedule s = new Schedule(buffers, List.of(0), List.of(2), List.of(rows));
    assertEquals(256, MemoryPlan.of(s, _ -> 0).arenaBytes());
    MemoryPlan held =
        MemoryPlan.of(
            s,
            new MemoryPlan.Needs() {
              @Override
              public long scratchBytes(Step step) {
                return 64;
              }

              @Override
              public boolean holdsLocal(Step.Rows step) {
                return true;
              }
            });
    assertEquals(64, held.arenaBytes());
    assertEquals(MemoryPlan.ABSENT, held.offsets().get(1));
  }

  private static Step.Loops moved(int from, int to) {
    Index at = Index.variable(0, 1);
    LoopNest nest =
        new LoopNest(
            List.of(64L),
            List.of(
                new LoopNest.Slot(DType.F32, 64, false), new LoopNest.Slot(DType.F32, 64, true)),
            List.of(
                new LoopNest.Store(
                    1, LoopNest.Combine.SET, List.of(), at, new Expr.Load(0, DType.F32, at))));
    return new Step.Loops(nest, List.of(from, to));
  }
}
