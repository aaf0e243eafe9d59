package org.ntk4j.cuda.text;

/// How the threads of a block multiply the tiles of two factors that are in shared memory.
sealed interface TileProduct permits ScalarTile, TensorTile {
  /// That of `tiling`.
  static TileProduct of(Contraction sum, Tiling tiling) {
    return switch (tiling.kind()) {
      case SCALAR -> new ScalarTile(sum, tiling);
      case TF32, TF32X3, BF16, FLOAT64 -> new TensorTile(sum, tiling);
    };
  }

  /// The type of a word in shared memory.
  String wordType();

  /// Words of shared memory, two stages included.
  int words();

  /// The sums, 0, and what this thread multiplies.
  void declare(Source to);

  /// Adds the products of the tiles in the stage `now`.
  void multiply(Source to);

  /// Computes the sums by `steps`, from 0.
  default void sum(Source to, Runnable steps) {
    steps.run();
  }

  /// Writes the sums.
  void finish(Source to, TileStore store);

  /// Words of one stage.
  static int stage(Tiling tiling) {
    return TileLoad.words(tiling.rows(), tiling) + TileLoad.words(tiling.columns(), tiling);
  }
}
