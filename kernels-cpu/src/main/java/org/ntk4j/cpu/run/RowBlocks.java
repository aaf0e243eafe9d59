package org.ntk4j.cpu.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.cpu.loop.LoopText;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;

/// How many rows at a time nests go through, and where the local buffers of a thread are.
///
/// @param blockRows rows of a block; the last may have fewer
/// @param places of the local buffers in a lane
/// @param laneBytes memory of a thread for one block of all local buffers
record RowBlocks(long blockRows, List<Place> places, long laneBytes) {
  /// What nests share in a block; it stays in the cache of a processor's core.
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
    long wanted = Math.max(least, BLOCK_BYTES / Math.max(1, step.sharedBytes()));
    return Math.min(wanted, step.rows());
  }
}
