package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.cpu.loop.LoopText;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;

/// How many rows at a time nests go through, and where the local buffers of a thread are.
///
/// @param blockRows rows of a block; the last may have fewer
/// @param places of the local buffers in a lane
/// @param laneBytes memory of a thread for one block of all local buffers
record RowBlocks(long blockRows, List<Place> places, long laneBytes) {
  /// What nests pass on in a block; it stays in the cache of a processor's core.
  private static final long BLOCK_BYTES = 1 << 18;

  /// Iterations of a block, at least.
  private static final long BLOCK_ITERATIONS = 1 << 13;

  RowBlocks {
    places = List.copyOf(places);
  }

  /// Where a local buffer is.
  ///
  /// @param offset in a lane, of the first row of the block
  record Place(int buffer, long offset, long rowBytes) {}

  /// Empty: the nests run better one after the other.
  static Optional<RowBlocks> of(Step.Rows step, List<Buffer> buffers) {
    for (Step.Loops loops : step.loops()) {
      if (!LoopText.hasRows(loops.nest(), step.rowLoops(loops.nest()))) {
        return Optional.empty();
      }
    }
    long rows = blockRows(step);
    List<Place> places = new ArrayList<>();
    long end = 0;
    for (int buffer : step.local()) {
      long rowBytes = buffers.get(buffer).bytes() / step.rows();
      places.add(new Place(buffer, end, rowBytes));
      long align = MemoryPlan.ALIGNMENT;
      end += Math.ceilDiv(rows * rowBytes, align) * align;
    }
    return Optional.of(new RowBlocks(rows, places, end));
  }

  private static long blockRows(Step.Rows step) {
    long iterations = 0;
    for (Step.Loops loops : step.loops()) {
      iterations += loops.nest().iterations() / step.rows();
    }
    long least = Math.ceilDiv(BLOCK_ITERATIONS, iterations);
    long wanted = Math.max(least, BLOCK_BYTES / Math.max(1, passedBytes(step)));
    return Math.min(wanted, step.rows());
  }

  /// Bytes of a row that several nests use, about.
  private static long passedBytes(Step.Rows step) {
    Set<Integer> seen = new HashSet<>();
    Map<Integer, Long> passed = new HashMap<>();
    for (Step.Loops loops : step.loops()) {
      LoopNest nest = loops.nest();
      for (int s = 0; s < nest.slots().size(); s++) {
        int buffer = loops.buffers().get(s);
        LoopNest.Slot slot = nest.slots().get(s);
        long used = Math.min(nest.iterations() / step.rows(), slot.elements());
        if (!seen.add(buffer)) {
          passed.merge(buffer, used * slot.dtype().sizeBytes(), Math::max);
        }
      }
    }
    return passed.values().stream().mapToLong(b -> b).sum();
  }
}
