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
/// @param rows how many rows there are
/// @param blockRows rows of a block; the last may have fewer
/// @param places of the local buffers in the memory of a block
/// @param bytes memory of a block for all local buffers
record RowBlocks(long rows, long blockRows, List<Place> places, long bytes) {
  /// What nests share in a block; it stays in the cache of a processor's core.
  private static final long BLOCK_BYTES = 1 << 18;

  /// Iterations of a block, at least.
  private static final long BLOCK_ITERATIONS = 1 << 13;

  /// As many blocks as this even out the work of threads.
  private static final long BLOCKS = 32;

  RowBlocks {
    places = List.copyOf(places);
  }

  /// Where a local buffer is.
  ///
  /// @param offset of the first row of the block
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
    return Optional.of(new RowBlocks(step.rows(), rows, places, end));
  }

  /// Number of blocks.
  int count() {
    return Math.toIntExact(Math.ceilDiv(rows, blockRows));
  }

  /// How many blocks can be under way in `threads` threads.
  int lanes(int threads) {
    return Math.min(count(), threads);
  }

  private static long blockRows(Step.Rows step) {
    long iterations = 0;
    for (Step.Loops loops : step.loops()) {
      iterations += loops.nest().iterations() / step.rows();
    }
    long least = Math.ceilDiv(BLOCK_ITERATIONS, iterations);
    long cached = BLOCK_BYTES / Math.max(1, step.sharedBytes());
    long wanted = Math.min(cached, Math.ceilDiv(step.rows(), BLOCKS));
    return Math.min(Math.max(least, wanted), step.rows());
  }
}
