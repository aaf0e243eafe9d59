package org.ntk4j.cuda.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;

class DeviceLayoutTest {
  @Test
  void inputs_and_outputs_follow_the_arena_and_do_not_meet() {
    List<Buffer> buffers =
        List.of(new Buffer.Bound(DType.F64, 3), new Buffer.Bound(DType.F32, 100));
    Schedule s = new Schedule(buffers, List.of(0), List.of(1), List.of());
    DeviceLayout layout = DeviceLayout.of(s, new MemoryPlan(64, List.of(), List.of()));
    assertEquals(List.of(256L), layout.inputs());
    assertEquals(List.of(512L), layout.outputs());
    assertEquals(1024, layout.bytes());
  }

  @Test
  void padded_memory_has_room_wherever_a_plan_places_it() {
    for (long at = 0; at < 1024; at += MemoryPlan.ALIGNMENT) {
      for (long bytes : new long[] {1, 64, 1000}) {
        long end = DeviceLayout.aligned(at) + bytes;
        assertTrue(end <= at + DeviceLayout.padded(bytes));
      }
    }
    assertEquals(0, DeviceLayout.padded(0));
  }
}
