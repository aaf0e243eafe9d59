package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.ir.nest.Rewrite;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.Index.Scaled;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Combinations with rows that are computed, spread over more threads without atomic operations:
/// each thread goes through all ids, and owns the rows whose number has a certain remainder.
final class NestOwners {
  /// Every owner reads all ids.
  private static final long OWNERS_MAX = 32;

  /// Fewer ids are not worth it.
  private static final long IDS_MIN = 64;

  private NestOwners() {}

  /// `group` with a loop over owners, its last, if that helps.
  static NestGroup of(NestGroup group, NestTuning tuning) {
    LoopNest nest = group.nest();
    if (nest.stores().size() != 1) {
      return group;
    }
    Store store = nest.stores().getFirst();
    Optional<Bound> range = range(store);
    long outputs = 1;
    long ids = 1;
    for (int d = 0; d < nest.rank(); d++) {
      if (group.kept().contains(d)) {
        outputs *= nest.extents().get(d);
      } else if (store.at().coefficient(d) == 0) {
        ids *= nest.extents().get(d);
      } else {
        return group;
      }
    }
    if (range.isEmpty() || ids < IDS_MIN) {
      return group;
    }
    long rows = range.get().to() - range.get().from();
    long owners = Math.min(OWNERS_MAX, Math.min(rows, tuning.enough() / outputs));
    return owners < 2 ? group : spread(group, range.get(), Long.highestOneBit(owners));
  }

  /// The bound on the number of the row, without which nothing is stored.
  private static Optional<Bound> range(Store store) {
    if (store.at().dynamic().size() != 1) {
      return Optional.empty();
    }
    Scaled row = store.at().dynamic().getFirst();
    return store.bounds().stream()
        .filter(b ->
            b.step() == 1
                && b.value().offset() == 0
                && b.value().coefficients().stream().allMatch(c -> c == 0)
                && b.value().dynamic().size() == 1
                && b.value().dynamic().getFirst().coefficient() == 1
                && b.value().dynamic().getFirst().value() == row.value())
        .findFirst();
  }

  private static NestGroup spread(NestGroup group, Bound range, long owners) {
    LoopNest nest = group.nest();
    int rank = nest.rank();
    List<Long> extents = new ArrayList<>(nest.extents());
    extents.add(owners);
    LoopNest wider =
        Rewrite.of(
            nest,
            extents,
            coefficients -> {
              List<Long> more = new ArrayList<>(coefficients);
              more.add(0L);
              return more;
            });
    Store store = wider.stores().getFirst();
    Index row =
        Index.variable(rank, rank + 1)
            .times(-1)
            .plus(
                new Index(
                    0,
                    Index.constant(0, rank + 1).coefficients(),
                    List.of(new Scaled(1, store.at().dynamic().getFirst().value()))));
    List<Bound> bounds = new ArrayList<>(store.bounds());
    bounds.add(new Bound(row, range.from(), range.to(), owners));
    Store owned = new Store(store.slot(), store.combine(), bounds, store.at(), store.value());
    List<Integer> kept = new ArrayList<>(group.kept());
    kept.add(rank);
    return new NestGroup(new LoopNest(extents, wider.slots(), List.of(owned)), kept, group.shape());
  }
}
