package org.ntk4j.cuda.text;

import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.schedule.Expr.Load;

/// Which threads do what of a nest. What is kept apart is an output: one iteration of the loops
/// along which iterations write different elements.
sealed interface NestMapping {
  /// A thread for each output, or for several neighbours; it does all terms.
  ///
  /// @param neighbours outputs of a thread along the fastest loop: 1 or 4
  record Threads(int neighbours) implements NestMapping {}

  /// A team of neighbouring lanes for each output: they share the terms along a loop.
  ///
  /// @param lanes a power of two; more than a warp is a block
  record Lanes(int lanes, int loop, Optional<Cut> cut) implements NestMapping {}

  /// A thread for each output in each row of a block: the rows share the terms along a loop.
  record Columns(int outputs, int rows, int loop, Optional<Cut> cut) implements NestMapping {}

  /// Blocks for tiles of two loops: loads that are contiguous `across` are transposed in shared
  /// memory, so that they are read as what is written is, `along`.
  record Tiles(int across, int along, List<Load> staged) implements NestMapping {
    public Tiles {
      staged = List.copyOf(staged);
    }
  }

  /// A loop of terms in pieces, for different blocks; what they add up is combined by another
  /// kernel.
  ///
  /// @param length of a piece; the last may be shorter
  record Cut(int loop, long length, int pieces) {}

  /// How the terms are cut, if they are.
  default Optional<Cut> pieces() {
    return switch (this) {
      case Threads _, Tiles _ -> Optional.empty();
      case Lanes(_, _, var cut) -> cut;
      case Columns(_, _, _, var cut) -> cut;
    };
  }
}
