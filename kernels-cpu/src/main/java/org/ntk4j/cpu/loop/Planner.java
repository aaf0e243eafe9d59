package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.cpu.loop.LoopPlan.Loop;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Chooses the order of the loops, and where they are cut.
final class Planner {
  /// A nest is cut into about this many pieces at most.
  private static final long PIECES = 256;

  /// A cut along contiguous elements is at a multiple of this.
  private static final long GRAIN = 64;

  /// Reductions up to this size are done without loops.
  private static final long UNROLLED = 16;

  private final LoopNest nest;
  private final Dependence dependence;
  private final long piece;
  private final List<Index> loads;
  private final Set<Integer> separable;

  private Planner(LoopNest nest, Dependence dependence, long piece) {
    this.nest = nest;
    this.piece = piece;
    this.dependence = dependence;
    this.loads = Accesses.of(nest).loads().stream().map(l -> l.at()).toList();
    this.separable = new HashSet<>(Separable.loops(nest));
  }

  static LoopPlan of(LoopNest nest, Dependence dependence, long piece) {
    Planner planner = new Planner(nest, dependence, piece);
    return new LoopPlan(planner.cut(planner.order()));
  }

  /// All loops, outermost first: those that can be cut, reductions, and the one along which most
  /// elements are contiguous; small reductions inside that.
  private List<Integer> order() {
    if (nest.rank() == 0) {
      return List.of();
    }
    int inner =
        IntStream.range(0, nest.rank())
            .boxed()
            .min(Comparator.comparingDouble(this::cost))
            .orElseThrow();
    List<Integer> outside = new ArrayList<>();
    List<Integer> inside = new ArrayList<>();
    long unrolled = 1;
    for (int d = nest.rank() - 1; d >= 0; d--) {
      if (d != inner) {
        boolean small = isReduction(d) && !isReduction(inner);
        if (small && unrolled * nest.extents().get(d) <= UNROLLED) {
          unrolled *= nest.extents().get(d);
          inside.addFirst(d);
        } else {
          outside.addFirst(d);
        }
      }
    }
    outside.sort(
        Comparator.comparing((Integer d) -> !separable.contains(d))
            .thenComparing(d -> isReduction(d))
            .thenComparing(d -> -stride(d)));
    outside.add(inner);
    outside.addAll(inside);
    return outside;
  }

  /// Whether every store combines along the loop.
  private boolean isReduction(int loop) {
    return nest.stores().stream()
        .allMatch(s -> s.combine() != Combine.SET && !dependence.of(s.at()).get(loop));
  }

  /// What an iteration costs if this loop is the innermost.
  private double cost(int loop) {
    double cost = 0;
    for (Index load : loads) {
      cost += cost(load, loop);
    }
    for (Store store : nest.stores()) {
      cost += 2 * cost(store.at(), loop);
    }
    return cost + 0.001 + 2.0 / nest.extents().get(loop);
  }

  private double cost(Index index, int loop) {
    if (index.dynamic().stream().anyMatch(s -> dependence.of(s.value()).get(loop))) {
      return 1;
    }
    long stride = Math.abs(index.coefficient(loop));
    return stride == 0 ? 0 : stride == 1 ? 1.0 / 16 : stride <= 4 ? 0.25 : 1;
  }

  private long stride(int loop) {
    long stride = 0;
    for (Index load : loads) {
      stride += Math.abs(load.coefficient(loop));
    }
    for (Store store : nest.stores()) {
      stride += 2 * Math.abs(store.at().coefficient(loop));
    }
    return stride;
  }

  private List<Loop> cut(List<Integer> order) {
    long work = nest.iterations();
    long inside = work;
    long wanted = Math.max(piece, work / PIECES);
    boolean done = false;
    List<Loop> loops = new ArrayList<>();
    for (int d : order) {
      long extent = nest.extents().get(d);
      inside /= extent;
      long tile = extent;
      if (!done && separable.contains(d)) {
        work /= extent;
        tile = tile(extent, Math.max(1, wanted / work), inside < GRAIN ? Math.min(GRAIN, piece) : 1);
        done = tile > 1;
      }
      loops.add(new Loop(d, extent, tile));
    }
    return loops;
  }

  /// About `wanted` iterations of a loop, a multiple of `grain`; or all.
  private static long tile(long extent, long wanted, long grain) {
    long tile = (wanted + grain - 1) / grain * grain;
    return 2 * tile > extent ? extent : tile;
  }
}
