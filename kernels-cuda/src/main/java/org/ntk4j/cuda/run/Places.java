package org.ntk4j.cuda.run;

import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;

/// The device addresses of a schedule's buffers.
final class Places {
  private final Schedule schedule;
  private final MemoryPlan plan;
  private final long arena;
  private final Constants constants;
  private final long[] addresses;

  /// Temporary and fixed buffers have their places; inputs and outputs are to be bound.
  ///
  /// @param arena address of the memory that `plan` is for
  Places(Schedule schedule, MemoryPlan plan, long arena, Constants constants) {
    this.schedule = schedule;
    this.plan = plan;
    this.arena = arena;
    this.constants = constants;
    this.addresses = new long[schedule.buffers().size()];
    for (int b = 0; b < addresses.length; b++) {
      switch (schedule.buffers().get(b)) {
        case Buffer.Fixed(var value) -> addresses[b] = constants.address(value);
        case Buffer.Temporary _ -> {
          if (plan.offsets().get(b) != MemoryPlan.ABSENT) {
            addresses[b] = arena + plan.offsets().get(b);
          }
        }
        case Buffer.Bound _ -> {}
      }
    }
  }

  Schedule schedule() {
    return schedule;
  }

  void bind(int buffer, long address) {
    addresses[buffer] = address;
  }

  long address(int buffer) {
    return addresses[buffer];
  }

  long bytes(int buffer) {
    return schedule.buffers().get(buffer).bytes();
  }

  /// Address of the memory of step `s` for itself.
  long block(int s) {
    return arena + plan.blocks().get(s).offset();
  }

  /// Address of a further value of step `s`.
  long cell(int s, int index) {
    return block(s) + plan.blocks().get(s).cells().get(index);
  }

  /// Those of a schedule inside step `s`.
  Places inner(int s, int index) {
    Schedule inside = StepPlans.inner(schedule.steps().get(s)).get(index);
    return new Places(inside, plan.blocks().get(s).inner().get(index), block(s), constants);
  }
}
