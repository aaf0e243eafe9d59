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

  /// Rows of more iterations are not the innermost loop: a call may do few of them.
  private static final long SHORT_ROW = 64;

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

  /// The plan with the rows that the first `rowLoops` loops count as pieces; empty if that would be
  /// a bad order of the loops.
  static Optional<LoopPlan> rows(LoopNest nest, int rowLoops) {
    return new Planner(nest, 1).rows(rowLoops);
  }

  private LoopPlan plan() {
    if (nest.rank() == 0) {
      return new LoopPlan(nest, List.of(), Optional.empty());
    }
    int inner = innermost();
    List<Integer> outside = outside(inner);
    List<Integer> unrolled = isReduction(inner) ? List.of() : unrolled(outside);
    outside.removeAll(unrolled);
    sort(outside);
    Optional<Staging> staging = Staging.of(nest, inner, separable);
    if (staging.isPresent()) {
      outside.addAll(unrolled);
      return tiles(staging.get(), outside);
    }
    Jammed jammed = jammed(outside, inner, unrolled);
    return cut(jammed.nest, outside, inner, jammed.unrolled);
  }

  private Optional<LoopPlan> rows(int rowLoops) {
    int inner = innermost();
    boolean ranged = rowLoops == 1;
    long within = nest.iterations() / rowCount(rowLoops);
    boolean acrossRows = inner < rowLoops && !(ranged && within <= SHORT_ROW);
    if (acrossRows || Staging.of(nest, inner, separable).isPresent()) {
      return Optional.empty();
    }
    List<Integer> outside = outside(inner);
    outside.removeIf(d -> d < rowLoops);
    List<Integer> unrolled = isReduction(inner) ? List.of() : unrolled(outside);
    outside.removeAll(unrolled);
    sort(outside);
    Jammed jammed = jammed(outside, inner, unrolled);
    if (inner >= rowLoops) {
      outside.addAll(0, IntStream.range(0, rowLoops).boxed().toList());
    }
    outside.add(inner);
    List<Loop> loops = new ArrayList<>();
    for (int d : outside) {
      long extent = jammed.nest.extents().get(d);
      loops.add(new Loop(d, extent, d < rowLoops && !ranged ? 1 : extent, false));
    }
    jammed.unrolled.forEach(d -> loops.add(unrolled(d, jammed.nest)));
    return Optional.of(
        new LoopPlan(
            jammed.nest, loops, Optional.empty(), ranged ? Optional.of(0) : Optional.empty()));
  }

  private long rowCount(int rowLoops) {
    return nest.extents().subList(0, rowLoops).stream().reduce(1L, (a, b) -> a * b);
  }

  private static Loop unrolled(int d, LoopNest nest) {
    long extent = nest.extents().get(d);
    return new Loop(d, extent, extent, true);
  }

  private int innermost() {
    return IntStream.range(0, nest.rank())
        .boxed()
        .min(Comparator.comparingDouble(this::cost))
        .orElseThrow();
  }

  private List<Integer> outside(int inner) {
    List<Integer> outside = new ArrayList<>(IntStream.range(0, nest.rank()).boxed().toList());
    outside.remove((Integer) inner);
    return outside;
  }

  private void sort(List<Integer> outside) {
    outside.sort(
        Comparator.comparing((Integer d) -> !separable.contains(d))
            .thenComparing(this::isReduction)
            .thenComparingLong(d -> -stride(d)));
  }

  /// A nest with one more loop, that is to be unrolled, or as it was.
  private record Jammed(LoopNest nest, List<Integer> unrolled) {}

  private Jammed jammed(List<Integer> outside, int inner, List<Integer> unrolled) {
    long steps = unrolled.stream().map(nest.extents()::get).reduce(1L, (a, b) -> a * b);
    if (!outside.isEmpty() && !isReduction(inner) && isReduction(outside.getLast())) {
      int jammed = outside.getLast();
      long factor = Jam.factor(nest.extents().get(jammed), UNROLLED / steps);
      if (factor > 1) {
        List<Integer> more = new ArrayList<>(unrolled);
        more.addFirst(nest.rank());
        return new Jammed(Jam.of(nest, jammed, factor), more);
      }
    }
    return new Jammed(nest, unrolled);
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
    unrolled.forEach(d -> loops.add(unrolled(d, result)));
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
