package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ntk4j.cuda.text.NestMapping.Tiles;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Loads that every iteration does, and those of them that are worth a transposition in shared
/// memory.
final class NestTiles {
  /// Rows and columns of a tile.
  static final int SIZE = 32;

  /// Loops at least so long are tiled: along shorter ones caches do.
  private static final long EXTENT_MIN = 16;

  private static final int SHARED_BYTES = 40_000;

  private NestTiles() {}

  /// Tiles of the loop `along` and of the one along which most loads are contiguous, if any are.
  static Optional<NestMapping> of(
      LoopNest nest, List<Integer> outputs, int along, Dependence dependence) {
    if (nest.extents().get(along) < EXTENT_MIN) {
      return Optional.empty();
    }
    List<Load> crossed =
        everywhere(nest).stream()
            .filter(l -> dependence.isInside(l.slot(), l.at()))
            .filter(l -> Math.abs(l.at().coefficient(along)) > 1)
            .toList();
    int best = -1;
    List<Load> staged = List.of();
    for (int across : outputs) {
      List<Load> found = crossed.stream().filter(l -> l.at().coefficient(across) == 1).toList();
      boolean large = nest.extents().get(across) >= EXTENT_MIN;
      if (across != along && large && found.size() > staged.size()) {
        best = across;
        staged = found;
      }
    }
    int bytes = staged.stream().mapToInt(l -> SIZE * (SIZE + 1) * l.dtype().sizeBytes()).sum();
    return staged.isEmpty() || bytes > SHARED_BYTES
        ? Optional.empty()
        : Optional.of(new Tiles(best, along, staged));
  }

  /// The loads that are done in every iteration, each object once.
  static List<Load> everywhere(LoopNest nest) {
    List<Load> loads = new ArrayList<>();
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Store store : nest.stores()) {
      if (store.bounds().isEmpty()) {
        visit(store.value(), seen, loads);
      }
    }
    return loads;
  }

  private static void visit(Expr e, Set<Expr> seen, List<Load> loads) {
    if (!seen.add(e)) {
      return;
    }
    switch (e) {
      case Load load -> loads.add(load);
      case Apply(_, _, var operands) -> {
        for (Expr x : operands) {
          visit(x, seen, loads);
        }
      }
      case Expr.Constant _, Expr.Position _, Expr.Quotient _, Expr.Guarded _ -> {
        // What they read may not exist, or is read as ids are.
      }
    }
  }
}
