package org.ntk4j.cuda.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;

class TransfersTest {
  private static final long SMALL = 1000;
  private static final long LARGE = 1 << 20;

  /// Three turns, of which step `s` reads input `s` and writes output `s`.
  private static Schedule schedule(long elements) {
    List<Buffer> buffers = new ArrayList<>();
    IntStream.range(0, 6).forEach(_ -> buffers.add(new Buffer.Bound(DType.F32, elements)));
    Schedule empty = new Schedule(List.of(), List.of(), List.of(), List.of());
    List<Step> steps =
        IntStream.range(0, 3)
            .<Step>mapToObj(s -> new Step.Branch(List.of(empty), List.of(s), List.of(3 + s)))
            .toList();
    return new Schedule(buffers, List.of(0, 1, 2), List.of(3, 4, 5), steps);
  }

  private static List<List<Integer>> before(Transfers transfers) {
    return IntStream.range(0, 3).mapToObj(transfers::before).toList();
  }

  private static List<List<Integer>> after(Transfers transfers) {
    return IntStream.range(0, 3).mapToObj(transfers::after).toList();
  }

  @Test
  void small_values_travel_first_and_last() {
    Transfers transfers = new Transfers(schedule(SMALL));
    assertEquals(List.of(List.of(0, 1, 2), List.of(), List.of()), before(transfers));
    assertEquals(List.of(List.of(), List.of(), List.of(0, 1, 2)), after(transfers));
  }

  @Test
  void large_values_travel_when_they_are_needed_and_when_they_are_complete() {
    Transfers transfers = new Transfers(schedule(LARGE));
    assertEquals(List.of(List.of(0), List.of(1), List.of(2)), before(transfers));
    assertEquals(List.of(List.of(0), List.of(1), List.of(2)), after(transfers));
  }

  @Test
  void an_input_that_no_step_reads_stays_where_it_is() {
    Schedule s =
        new Schedule(List.of(new Buffer.Bound(DType.F32, LARGE)), List.of(0), List.of(), List.of());
    assertEquals(List.of(), new Transfers(s).before(0));
  }
}
