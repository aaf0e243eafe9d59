package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ntk4j.ir.nest.Collapse;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Rewrite;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// Prints loop nests as CUDA C.
///
/// Sums have a fixed order, whatever the card: they are cut at places that depend on sizes alone.
/// Only what is added to elements that are computed has none, unless it is asked to be
/// deterministic: then one thread goes through all that may meet.
public final class NestText {
  /// Alignment of arrays in the scratch memory.
  private static final long ALIGNMENT = 256;

  private final boolean deterministic;
  private final NestTuning tuning;
  private final String name;
  private final List<KernelText> kernels = new ArrayList<>();
  private long scratchBytes;

  private NestText(String name, boolean deterministic, NestTuning tuning) {
    this.name = name;
    this.deterministic = deterministic;
    this.tuning = tuning;
  }

  /// The code of `nest`. Arguments of its kernels are slots of the nest.
  ///
  /// @param name of the kernel; if there are several, that is how their names start
  /// @param deterministic whether results must have the same bits always
  public static StepCode of(LoopNest nest, String name, boolean deterministic) {
    return of(nest, name, deterministic, NestTuning.CARD);
  }

  /// The same for a card of another size.
  public static StepCode of(LoopNest nest, String name, boolean deterministic, NestTuning tuning) {
    if (nest.iterations() == 0) {
      return new StepCode(List.of(), 0);
    }
    NestText text = new NestText(name, deterministic, tuning);
    for (NestGroup group : NestGroup.of(Collapse.of(nest))) {
      text.print(group);
    }
    return new StepCode(text.kernels, text.scratchBytes);
  }

  private void print(NestGroup group) {
    boolean owned = deterministic && group.shape() == NestGroup.Shape.SCATTERED;
    NestGroup spread = owned ? NestOwners.of(group, tuning) : group;
    NestPlan plan = NestPlanner.of(spread, deterministic, true, Map.of(), tuning);
    if (plan.mapping().pieces().isEmpty()) {
      add(plan);
      return;
    }
    int pieces = plan.mapping().pieces().get().pieces();
    List<Long> places = new ArrayList<>();
    long end = 0;
    for (Store store : plan.combining()) {
      places.add(end);
      long bytes = plan.count() * pieces * dtypeBytes(plan, store);
      end += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    scratchBytes = Math.max(scratchBytes, end); // Kernels run one after another.
    NestPlan first = plan.withPartials(places);
    add(first);
    add(last(first, pieces));
  }

  private static int dtypeBytes(NestPlan plan, Store store) {
    return plan.nest().slots().get(store.slot()).dtype().sizeBytes();
  }

  private void add(NestPlan plan) {
    String symbol = kernels.isEmpty() ? name : name + "_" + kernels.size();
    kernels.add(NestKernel.print(plan, symbol, tuning));
  }

  /// Combines what `first` kept in the scratch memory.
  private NestPlan last(NestPlan first, int pieces) {
    List<Integer> outputs = first.outputs();
    LoopNest nest = first.nest();
    List<Long> extents = new ArrayList<>();
    outputs.forEach(d -> extents.add(nest.extents().get(d)));
    extents.add((long) pieces);
    List<Store> bare = new ArrayList<>();
    Dependence dependence = new Dependence(nest);
    for (Store s : first.combining()) {
      boolean inside = dependence.isInside(s.slot(), s.at());
      List<Bound> bounds = inside ? List.of() : s.bounds();
      Expr nothing = new Expr.Constant(nest.slots().get(s.slot()).dtype(), 0);
      bare.add(new Store(s.slot(), s.combine(), bounds, s.at(), nothing));
    }
    LoopNest moved =
        Rewrite.of(
            new LoopNest(nest.extents(), nest.slots(), bare),
            extents,
            coefficients -> {
              List<Long> kept = new ArrayList<>();
              outputs.forEach(d -> kept.add(coefficients.get(d)));
              kept.add(0L);
              return kept;
            });
    List<Slot> slots = new ArrayList<>(nest.slots());
    List<Store> stores = new ArrayList<>();
    Map<Integer, Long> scratch = new HashMap<>();
    Index at = piece(extents);
    for (int k = 0; k < moved.stores().size(); k++) {
      Store s = moved.stores().get(k);
      Slot slot = nest.slots().get(s.slot());
      scratch.put(slots.size(), first.partials().get(k));
      Expr partial = new Expr.Load(slots.size(), slot.dtype(), at);
      slots.add(new Slot(slot.dtype(), first.count() * pieces, false));
      stores.add(new Store(s.slot(), s.combine(), s.bounds(), s.at(), partial));
    }
    LoopNest last = new LoopNest(extents, slots, stores);
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < outputs.size(); d++) {
      kept.add(d);
    }
    NestGroup group = new NestGroup(last, kept, NestGroup.Shape.TERMS);
    return NestPlanner.of(group, deterministic, false, scratch, tuning);
  }

  /// Where a piece of an output is, for loops over the outputs and, last, the pieces.
  private static Index piece(List<Long> extents) {
    int outputs = extents.size() - 1;
    List<Long> coefficients = new ArrayList<>();
    long stride = 1;
    for (int d = outputs - 1; d >= 0; d--) {
      coefficients.addFirst(stride);
      stride *= extents.get(d);
    }
    coefficients.add(stride);
    return new Index(0, coefficients, List.of());
  }
}
