package org.ntk4j.cpu.run;

import java.util.List;
import org.ntk4j.cpu.jit.Kernel;

/// Compiled loop nests that go through the same rows, block by block: all nests do one before the
/// next.
final class RowsCommand implements Command {
  private final Kernel[] kernels;

  /// For each lane and kernel where its array of arguments starts.
  private final int[][] arguments;

  private final List<Local> locals;
  private final RowBlocks blocks;
  private final long rows;
  private final double nanos;
  private final int step;

  /// An argument that is a local buffer.
  ///
  /// @param argument number within the arguments of a lane's first kernel, and those that follow
  record Local(int argument, RowBlocks.Place place) {}

  RowsCommand(
      List<Kernel> kernels,
      int[][] arguments,
      List<Local> locals,
      RowBlocks blocks,
      long rows,
      double nanos,
      int step) {
    this.kernels = kernels.toArray(Kernel[]::new);
    this.arguments = arguments;
    this.locals = List.copyOf(locals);
    this.blocks = blocks;
    this.rows = rows;
    this.nanos = nanos;
    this.step = step;
  }

  @Override
  public void run(Frame frame) {
    int count = Math.toIntExact(Math.ceilDiv(rows, blocks.blockRows()));
    long memory = frame.block(step);
    frame
        .context()
        .workers()
        .run(count, nanos, (block, lane) -> block(frame, block, lane, memory));
  }

  private void block(Frame frame, int block, int lane, long memory) {
    long begin = block * blocks.blockRows();
    long end = Math.min(rows, begin + blocks.blockRows());
    int[] own = arguments[locals.isEmpty() ? 0 : lane];
    long start = memory + lane * blocks.laneBytes();
    for (Local local : locals) {
      // Kernels count from the first row of all.
      long row0 = start + local.place.offset() - begin * local.place.rowBytes();
      Addresses.setLong(frame.arguments(own[0] + local.argument), row0);
    }
    for (int k = 0; k < kernels.length; k++) {
      kernels[k].call(frame.arguments(own[k]), begin, end);
    }
  }
}
