package org.ntk4j.cuda.text;

/// How a kernel is launched: its grid, its blocks, and the shared memory it gets beyond what it
/// declares.
///
/// @param sharedBytes dynamic shared memory of a block
public record Launch(long gridX, int gridY, int gridZ, int blockX, int blockY, int sharedBytes) {
  private static final long GRID_X_MAX = Integer.MAX_VALUE;
  private static final int GRID_MAX = 65_535;
  private static final int THREADS_MAX = 1024;

  /// Checks the limits of every card.
  public Launch {
    boolean grid = 1 <= gridX && gridX <= GRID_X_MAX && inGrid(gridY) && inGrid(gridZ);
    boolean block = blockX >= 1 && blockY >= 1 && (long) blockX * blockY <= THREADS_MAX;
    if (!grid || !block || sharedBytes < 0) {
      throw new IllegalStateException(
          "bug: no card runs a grid of %d x %d x %d blocks of %d x %d threads"
              .formatted(gridX, gridY, gridZ, blockX, blockY));
    }
  }

  private static boolean inGrid(int blocks) {
    return 1 <= blocks && blocks <= GRID_MAX;
  }

  /// Blocks in a row of threads in a row.
  public static Launch of(long blocks, int threads) {
    return new Launch(blocks, 1, 1, threads, 1, 0);
  }
}
