package org.ntk4j.cpu.run;

import java.util.List;
import org.ntk4j.cpu.jit.Kernel;

/// Compiled loop nests that go through the same rows, block by block: all nests do one before the
/// next.
final class RowsCommand implements Command {
  private final Kernel[] kernels;

  /// For each block that can be under way, and each kernel, where its array of arguments starts;
  /// for all blocks the same if nothing is local.
  private final int[][] arguments;

  private final List<Local> locals;
  private final RowBlocks blocks;
  private final double nanos;
  private final int step;

  /// An argument that is a local buffer.
  ///
  /// @param argument number within the arguments of the first kernel, and those that follow
  record Local(int argument, RowBlocks.Place place) {}

  RowsCommand(
      List<Kernel> kernels,
      int[][] arguments,
      List<Local> locals,
      RowBlocks blocks,
      double nanos,
      int step) {
    this.kernels = kernels.toArray(Kernel[]::new);
    this.arguments = arguments;
    this.locals = List.copyOf(locals);
    this.blocks = blocks;
    this.nanos = nanos;
    this.step = step;
  }

  @Override
  public void run(Frame frame) {
    long memory = frame.block(step);
    frame
        .context()
        .workers()
        .run(blocks.count(), nanos, (block, lane) -> run(frame, block, place(block, lane), memory));
  }

  /// Which of the blocks under way this is.
  private int place(int block, int lane) {
    return arguments.length == 1 ? 0 : blocks.count() <= arguments.length ? block : lane;
  }

  private void run(Frame frame, int block, int place, long memory) {
    long begin = block * blocks.blockRows();
    long end = Math.min(blocks.rows(), begin + blocks.blockRows());
    int[] own = arguments[place];
    long start = memory + place * blocks.bytes();
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
