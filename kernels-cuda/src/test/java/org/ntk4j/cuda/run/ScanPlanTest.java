package org.ntk4j.cuda.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ntk4j.core.DType;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;

class ScanPlanTest {
  /// A scan with a carry, whose rows have these sizes.
  private static Step.Scan scan(long length, long in, long out) {
    List<Buffer> buffers =
        List.of(
            new Buffer.Bound(DType.F32, 3),
            new Buffer.Bound(DType.F32, in),
            new Buffer.Bound(DType.F32, 3),
            new Buffer.Bound(DType.F32, out));
    Schedule body = new Schedule(buffers, List.of(0, 1), List.of(2, 3), List.of());
    return new Step.Scan(body, 0, 1, length, false, List.of(0, 1), List.of(2, 3));
  }

  @Test
  void a_short_scan_works_on_its_rows_where_they_are() {
    ScanPlan plan = ScanPlan.of(scan(10, 8, 4), 5);
    assertTrue(plan.unrolled());
    assertEquals(List.of(ScanPlan.IN_PLACE), plan.in());
    assertEquals(List.of(ScanPlan.IN_PLACE), plan.out());
    assertEquals(0, plan.bytes());
  }

  @Test
  void a_row_where_no_value_may_start_has_a_cell() {
    ScanPlan plan = ScanPlan.of(scan(10, 5, 4), 5);
    assertTrue(plan.unrolled());
    assertEquals(List.of(0L), plan.in());
    assertEquals(List.of(ScanPlan.IN_PLACE), plan.out());
    assertEquals(DeviceLayout.ALIGNMENT, plan.bytes());
  }

  @Test
  void a_long_scan_is_repeated_and_all_its_rows_have_cells() {
    ScanPlan plan = ScanPlan.of(scan(100_000, 8, 100), 5);
    assertFalse(plan.unrolled());
    assertEquals(List.of(0L), plan.in());
    assertEquals(List.of(DeviceLayout.ALIGNMENT), plan.out());
    assertEquals(3 * DeviceLayout.ALIGNMENT, plan.bytes());
    assertTrue(plan.operations() < 10);
  }
}
