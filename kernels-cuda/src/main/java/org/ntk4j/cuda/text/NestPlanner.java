package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.cuda.text.NestMapping.Columns;
import org.ntk4j.cuda.text.NestMapping.Cut;
import org.ntk4j.cuda.text.NestMapping.Lanes;
import org.ntk4j.cuda.text.NestMapping.Threads;
import org.ntk4j.cuda.text.NestMapping.Tiles;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Chooses how a group of stores is spread over threads.
final class NestPlanner {
  static final int BLOCK = 256;
  static final int WARP = 32;

  /// Terms along a loop that are worth a team of lanes.
  private static final long SHARED_TERMS = 8;

  /// Terms along a loop that are worth a block of lanes.
  private static final long BLOCK_TERMS = 1024;

  private static final int BLOCK_LANES = 512;

  /// Terms that a thread does at least before they are cut into more pieces.
  private static final long PIECE_TERMS = 16;

  private static final int PIECES_MAX = 1024;

  /// Combining stores whose totals fit into the shared memory of a block.
  private static final int SHARED_STORES = 16;

  private final LoopNest nest;
  private final NestGroup group;
  private final NestTuning tuning;
  private final Dependence dependence;
  private final NestLoads loads;
  private final List<Integer> terms;

  private NestPlanner(NestGroup group, NestTuning tuning) {
    this.nest = group.nest();
    this.group = group;
    this.tuning = tuning;
    this.dependence = new Dependence(nest);
    this.loads = NestLoads.of(nest);
    this.terms =
        IntStream.range(0, nest.rank()).boxed().filter(d -> !group.kept().contains(d)).toList();
  }

  /// @param deterministic whether the order of combination must be the same always
  /// @param mayCut whether terms may be combined by several kernels
  /// @param scratch slots that are in the scratch memory
  static NestPlan of(
      NestGroup group,
      boolean deterministic,
      boolean mayCut,
      Map<Integer, Long> scratch,
      NestTuning tuning) {
    NestPlanner planner = new NestPlanner(group, tuning);
    return switch (group.shape()) {
      case TERMS -> planner.terms(mayCut, scratch);
      case SCATTERED -> planner.scattered(deterministic);
      case SERIAL -> planner.threads(List.of(), planner.all(), List.of(), false, Map.of());
    };
  }

  private List<Integer> all() {
    return IntStream.range(0, nest.rank()).boxed().toList();
  }

  private long count(List<Integer> loops) {
    return loops.stream().map(nest.extents()::get).reduce(1L, (a, b) -> a * b);
  }

  private NestPlan threads(
      List<Integer> outputs,
      List<Integer> visited,
      List<Integer> summed,
      boolean atomic,
      Map<Integer, Long> scratch) {
    return new NestPlan(nest, outputs, visited, summed, new Threads(1), atomic, scratch, List.of());
  }

  /// Without atomic operations one thread does all that may meet in one element.
  private NestPlan scattered(boolean deterministic) {
    BitSet written = new BitSet();
    nest.stores().forEach(s -> written.or(NestGroup.written(s, dependence)));
    if (deterministic) {
      List<Integer> visited = terms.stream().filter(written::get).toList();
      List<Integer> summed = terms.stream().filter(d -> !written.get(d)).toList();
      return threads(ordered(group.kept()), visited, summed, false, Map.of());
    }
    List<Integer> outputs = all().stream().filter(written::get).toList();
    List<Integer> summed = all().stream().filter(d -> !written.get(d)).toList();
    return count(outputs) < tuning.enough()
        ? threads(ordered(all()), List.of(), List.of(), true, Map.of())
        : threads(ordered(outputs), List.of(), summed, true, Map.of());
  }

  private NestPlan terms(boolean mayCut, Map<Integer, Long> scratch) {
    List<Integer> outputs = ordered(group.kept());
    NestMapping mapping = terms.isEmpty() ? elementwise(outputs) : reduction(outputs, mayCut);
    return new NestPlan(
        nest, outputs, List.of(), inner(mapping), mapping, false, scratch, List.of());
  }

  /// The terms, with the loop that is cut outermost and the one that lanes share innermost.
  private List<Integer> inner(NestMapping mapping) {
    List<Integer> order = new ArrayList<>(terms);
    switch (mapping) {
      case Threads _, Tiles _ -> order.sort(Comparator.comparingDouble(d -> -cost(d)));
      case Lanes(_, int loop, var cut) -> {
        cut.ifPresent(c -> first(order, c.loop()));
        order.remove((Integer) loop);
        order.add(loop);
      }
      case Columns(_, _, int loop, _) -> first(order, loop);
    }
    return order;
  }

  private static void first(List<Integer> order, int loop) {
    order.remove((Integer) loop);
    order.addFirst(loop);
  }

  /// Threads that are neighbours access neighbours in memory.
  private List<Integer> ordered(List<Integer> loops) {
    List<Integer> order = new ArrayList<>(loops);
    order.sort(Comparator.comparingDouble(d -> -stride(d)));
    loops.stream()
        .min(Comparator.comparingDouble(this::cost))
        .ifPresent(fastest -> {
          order.remove(fastest);
          order.add(fastest);
        });
    return order;
  }

  private NestMapping elementwise(List<Integer> outputs) {
    if (outputs.isEmpty()) {
      return new Threads(1);
    }
    int fastest = outputs.getLast();
    Optional<NestMapping> tiles = NestTiles.of(nest, outputs, fastest, dependence);
    if (tiles.isPresent()) {
      return tiles.get();
    }
    boolean several =
        nest.extents().get(fastest) % 4 == 0
            && count(outputs) >= 4 * tuning.enough()
            && nest.stores().stream().allMatch(s -> isContiguous(s, fastest));
    return new Threads(several ? 4 : 1);
  }

  private static boolean isContiguous(Store store, int loop) {
    return store.combine() == Combine.SET
        && store.bounds().isEmpty()
        && store.at().isAffine()
        && store.at().coefficient(loop) == 1;
  }

  private NestMapping reduction(List<Integer> outputs, boolean mayCut) {
    long count = count(outputs);
    int fastest = all().stream().min(Comparator.comparingDouble(this::cost)).orElseThrow();
    boolean fits = combining() <= SHARED_STORES;
    boolean few = fits && count < tuning.enough() && count(terms) >= SHARED_TERMS;
    boolean besides = outputs.stream().anyMatch(d -> access(d) < access(fastest));
    boolean shared = fits && count <= tuning.blocks();
    boolean teams = terms.contains(fastest) && nest.extents().get(fastest) >= SHARED_TERMS;
    if (teams && shared && !(few && besides)) {
      return lanes(count, fastest, mayCut);
    }
    return few ? columns(count, mayCut) : new Threads(1);
  }

  private long combining() {
    return nest.stores().stream().filter(s -> s.combine() != Combine.SET).count();
  }

  private NestMapping lanes(long count, int loop, boolean mayCut) {
    long extent = nest.extents().get(loop);
    int lanes = (int) Math.min(WARP, Long.highestOneBit(extent));
    if (extent >= BLOCK_TERMS && count * lanes < tuning.enough()) {
      lanes = (int) Math.min(BLOCK_LANES, Long.highestOneBit(extent / 4));
    }
    int cutLoop = longest();
    long pieces = pieces(count * lanes, count(terms) / lanes, mayCut);
    long steps = cutLoop == loop ? extent / lanes : nest.extents().get(cutLoop);
    return new Lanes(lanes, loop, cut(cutLoop, Math.min(pieces, steps)));
  }

  private NestMapping columns(long count, boolean mayCut) {
    int loop = longest();
    long extent = nest.extents().get(loop);
    int outputs = (int) Math.min(WARP, count);
    int rows = (int) Math.min(BLOCK / outputs, Long.highestOneBit(extent));
    long pieces = pieces(count * rows, count(terms) / rows, mayCut);
    return new Columns(outputs, rows, loop, cut(loop, Math.min(pieces, extent / rows)));
  }

  private int longest() {
    return terms.stream().max(Comparator.comparing(nest.extents()::get)).orElseThrow();
  }

  /// So many that there are enough threads, but none does too little.
  private long pieces(long threads, long termsEach, boolean mayCut) {
    long wanted = Math.min(tuning.enough() / threads, termsEach / PIECE_TERMS);
    return mayCut ? Math.clamp(wanted, 1, PIECES_MAX) : 1;
  }

  private Optional<Cut> cut(int loop, long pieces) {
    if (pieces < 2) {
      return Optional.empty();
    }
    long extent = nest.extents().get(loop);
    long length = (extent + pieces - 1) / pieces;
    return Optional.of(new Cut(loop, length, (int) ((extent + length - 1) / length)));
  }

  /// What an iteration costs if neighbouring threads are neighbours along this loop; more if there
  /// are few of them.
  private double cost(int loop) {
    return access(loop) + 2.0 / nest.extents().get(loop);
  }

  /// What the accesses to memory cost; a lot if neighbours along this loop are no neighbours in
  /// memory anywhere.
  private double access(int loop) {
    double[] cost = {0};
    loads.forEach((load, often) -> cost[0] += often * cost(load.at(), loop));
    for (Store store : nest.stores()) {
      double often = store.combine() == Combine.SET ? 2 : 2.0 / count(terms);
      cost[0] += often * cost(store.at(), loop);
    }
    return cost[0] == 0 ? Double.MAX_VALUE : cost[0];
  }

  private double cost(Index index, int loop) {
    if (index.dynamic().stream().anyMatch(s -> dependence.of(s.value()).get(loop))) {
      return 1;
    }
    long stride = Math.abs(index.coefficient(loop));
    return stride == 0 ? 0 : stride == 1 ? 1.0 / 8 : stride <= 4 ? 0.25 : 1;
  }

  private double stride(int loop) {
    double[] stride = {0};
    loads.forEach((load, often) -> stride[0] += often * Math.abs(load.at().coefficient(loop)));
    for (Store store : nest.stores()) {
      stride[0] += 2.0 * Math.abs(store.at().coefficient(loop));
    }
    return stride[0];
  }
}
