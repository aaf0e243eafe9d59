package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ntk4j.cuda.text.NestMapping.Cut;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.nest.Rewrite;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Bound;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;

/// A plan whose terms are cut, in two: one that keeps the total of each piece in the scratch
/// memory, and one that combines them, a nest over the outputs and, last, the pieces.
final class NestPieces {
  /// Of arrays in the scratch memory.
  private static final long ALIGNMENT = 256;

  private final NestPlan plan;
  private final long pieces;
  private final List<Long> places = new ArrayList<>();
  private final Map<Integer, Long> scratch = new HashMap<>();
  private long bytes;

  NestPieces(NestPlan plan) {
    this.plan = plan;
    this.pieces = plan.mapping().pieces().map(Cut::pieces).orElse(1);
    for (Store store : plan.combining()) {
      places.add(bytes);
      long array = plan.count() * pieces * slot(store).dtype().sizeBytes();
      bytes += (array + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    for (int k = 0; k < places.size(); k++) {
      scratch.put(plan.nest().slots().size() + k, places.get(k));
    }
  }

  private Slot slot(Store store) {
    return plan.nest().slots().get(store.slot());
  }

  /// Scratch memory that both need.
  long bytes() {
    return bytes;
  }

  /// What adds up pieces.
  NestPlan first() {
    return plan.withPartials(places);
  }

  /// Where in the scratch memory the slots of [#last] are that its totals come from.
  Map<Integer, Long> scratch() {
    return scratch;
  }

  /// What combines the totals of the pieces.
  NestGroup last() {
    LoopNest nest = plan.nest();
    List<Long> extents = new ArrayList<>();
    plan.outputs().forEach(d -> extents.add(nest.extents().get(d)));
    extents.add(pieces);
    List<Slot> slots = new ArrayList<>(nest.slots());
    List<Store> stores = new ArrayList<>();
    Index at = piece(extents);
    for (Store s : bare(extents)) {
      Expr total = new Expr.Load(slots.size(), slot(s).dtype(), at);
      slots.add(new Slot(slot(s).dtype(), plan.count() * pieces, false));
      stores.add(new Store(s.slot(), s.combine(), s.bounds(), s.at(), total));
    }
    List<Integer> outputs = IntStream.range(0, plan.outputs().size()).boxed().toList();
    return new NestGroup(new LoopNest(extents, slots, stores), outputs, NestGroup.Shape.TERMS);
  }

  /// The combining stores over the loops of [#last], without what they store. Terms that are not
  /// within bounds have changed no total; what remains is whether there is an element.
  private List<Store> bare(List<Long> extents) {
    LoopNest nest = plan.nest();
    Dependence dependence = new Dependence(nest);
    List<Store> stores = new ArrayList<>();
    for (Store s : plan.combining()) {
      boolean inside = dependence.isInside(s.slot(), s.at());
      List<Bound> bounds = inside ? List.of() : s.bounds();
      Expr nothing = new Expr.Constant(slot(s).dtype(), 0);
      stores.add(new Store(s.slot(), s.combine(), bounds, s.at(), nothing));
    }
    return Rewrite.of(
            new LoopNest(nest.extents(), nest.slots(), stores),
            extents,
            coefficients -> {
              List<Long> kept = new ArrayList<>();
              plan.outputs().forEach(d -> kept.add(coefficients.get(d)));
              kept.add(0L);
              return kept;
            })
        .stores();
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
