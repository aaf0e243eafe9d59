package org.ntk4j.cuda.run;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;

/// Where the memory of a run is in one block: the arena of its schedule, then inputs and outputs.
///
/// @param inputs for each input its offset, or [#ELSEWHERE]
/// @param outputs for each output its offset
/// @param bytes size of the block
record DeviceLayout(List<Long> inputs, List<Long> outputs, long bytes) {
  /// What scratch memory, inputs and outputs start at a multiple of.
  static final long ALIGNMENT = 256;

  /// The offset of an input that is not in the block.
  static final long ELSEWHERE = -1;

  DeviceLayout {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// With all inputs.
  static DeviceLayout of(Schedule schedule, MemoryPlan plan) {
    return of(schedule, plan, Residence.none(schedule.inputs().size()));
  }

  /// With those inputs that travel.
  static DeviceLayout of(Schedule schedule, MemoryPlan plan, Residence residence) {
    long end = aligned(plan.arenaBytes());
    List<Long> inputs = new ArrayList<>();
    for (int i = 0; i < schedule.inputs().size(); i++) {
      inputs.add(residence.travels(i) ? end : ELSEWHERE);
      if (residence.travels(i)) {
        end += aligned(schedule.buffers().get(schedule.inputs().get(i)).bytes());
      }
    }
    List<Long> outputs = new ArrayList<>();
    for (int buffer : schedule.outputs()) {
      outputs.add(end);
      end += aligned(schedule.buffers().get(buffer).bytes());
    }
    return new DeviceLayout(inputs, outputs, end);
  }

  /// The next place from `offset` on that is a multiple of [#ALIGNMENT].
  static long aligned(long offset) {
    return Math.ceilDiv(offset, ALIGNMENT) * ALIGNMENT;
  }

  /// Bytes to ask of a [MemoryPlan], whose alignment is less, for `bytes` from an aligned place on.
  static long padded(long bytes) {
    return bytes == 0 ? 0 : bytes + ALIGNMENT - MemoryPlan.ALIGNMENT;
  }
}
