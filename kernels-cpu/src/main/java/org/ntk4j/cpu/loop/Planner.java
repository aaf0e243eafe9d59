package org.ntk4j.cpu.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.ntk4j.cpu.loop.LoopPlan.Loop;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Separable;
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

  /// What it costs to load an element by way of a transposed tile.
  private static final double STAGED = 0.25;

  private final LoopNest nest;
  private final Dependence dependence;
  private final long piece;
  private final List<Index> loads;
  private final Set<Integer> separable;

  private Planner(LoopNest nest, long piece) {
    this.nest = nest;
    this.piece = piece;
    this.dependence = new Dependence(nest);
    this.loads = Accesses.of(nest).loads().stream().map(l -> l.at()).toList();
    this.separable = new HashSet<>(Separable.loops(nest));
  }

  /// @param piece iterations of a piece, at least
  static LoopPlan of(LoopNest nest, long piece) {
    return new Planner(nest, piece).plan();
  }

  private LoopPlan plan() {
    if (nest.rank() == 0) {
      return new LoopPlan(nest, List.of(), Optional.empty());
    }
    List<Integer> all = IntStream.range(0, nest.rank()).boxed().toList();
    int inner = all.stream().min(Comparator.comparingDouble(this::cost)).orElseThrow();
    List<Integer> outside = new ArrayList<>(all);
    outside.remove((Integer) inner);
    List<Integer> unrolled = isReduction(inner) ? List.of() : unrolled(outside);
    outside.removeAll(unrolled);
    outside.sort(
        Comparator.comparing((Integer d) -> !separable.contains(d))
            .thenComparing(this::isReduction)
            .thenComparingLong(d -> -stride(d)));
    Optional<Staging> staging = Staging.of(nest, inner, separable);
    if (staging.isPresent()) {
      outside.addAll(unrolled);
      return tiles(staging.get(), outside);
    }
    long steps = unrolled.stream().map(nest.extents()::get).reduce(1L, (a, b) -> a * b);
    if (!outside.isEmpty() && !isReduction(inner) && isReduction(outside.getLast())) {
      int jammed = outside.getLast();
      long factor = Jam.factor(nest.extents().get(jammed), UNROLLED / steps);
      if (factor > 1) {
        unrolled.addFirst(nest.rank());
        return cut(Jam.of(nest, jammed, factor), outside, inner, unrolled);
      }
    }
    return cut(nest, outside, inner, unrolled);
  }

  /// Short reductions, to be done inside the innermost loop.
  private List<Integer> unrolled(List<Integer> loops) {
    List<Integer> unrolled = new ArrayList<>();
    long steps = 1;
    for (int d : loops.reversed()) {
      if (isReduction(d) && steps * nest.extents().get(d) <= UNROLLED) {
        steps *= nest.extents().get(d);
        unrolled.addFirst(d);
      }
    }
    return unrolled;
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
      cost += isStaged(load, loop) ? STAGED : cost(load, loop);
    }
    for (Store store : nest.stores()) {
      cost += 2 * cost(store.at(), loop);
    }
    return cost + 0.001 + 2.0 / nest.extents().get(loop);
  }

  private boolean isStaged(Index load, int loop) {
    return separable.contains(loop)
        && load.isAffine()
        && Math.abs(load.coefficient(loop)) > 1
        && separable.stream().anyMatch(d -> load.coefficient(d) == 1);
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

  /// Loops around tiles of the two loops of `staging`.
  private LoopPlan tiles(Staging staging, List<Integer> outside) {
    List<Loop> loops = new ArrayList<>();
    for (int d : outside) {
      long extent = nest.extents().get(d);
      if (d != staging.across()) {
        loops.add(new Loop(d, extent, separable.contains(d) ? 1 : extent, false));
      }
    }
    for (int d : List.of(staging.across(), staging.along())) {
      long extent = nest.extents().get(d);
      loops.add(new Loop(d, extent, Math.min(extent, staging.tile()), false));
    }
    return new LoopPlan(nest, loops, Optional.of(staging));
  }

  private LoopPlan cut(LoopNest result, List<Integer> outside, int inner, List<Integer> unrolled) {
    List<Integer> order = new ArrayList<>(outside);
    order.add(inner);
    long work = nest.iterations();
    long inside = work;
    long wanted = Math.max(piece, work / PIECES);
    boolean done = false;
    List<Loop> loops = new ArrayList<>();
    for (int d : order) {
      long extent = result.extents().get(d);
      inside /= extent;
      long tile = extent;
      if (!done && separable.contains(d)) {
        work /= extent;
        tile = tile(extent, Math.max(1, wanted / work), grain(inside, d == order.getFirst()));
        done = tile > 1;
      }
      loops.add(new Loop(d, extent, tile, false));
    }
    unrolled.forEach(
        d -> loops.add(new Loop(d, result.extents().get(d), result.extents().get(d), true)));
    return new LoopPlan(result, loops, Optional.empty());
  }

  private long grain(long inside, boolean outermost) {
    long grain = inside >= GRAIN ? 1 : outermost ? GRAIN : 2 * GRAIN;
    return Math.min(grain, piece);
  }

  /// About `wanted` iterations of a loop, a multiple of `grain`; or all.
  private static long tile(long extent, long wanted, long grain) {
    long tile = (wanted + grain - 1) / grain * grain;
    return 2 * tile > extent ? extent : tile;
  }
}
