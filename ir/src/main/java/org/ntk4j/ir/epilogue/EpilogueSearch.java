package org.ntk4j.ir.epilogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ntk4j.ir.nest.Accesses;
import org.ntk4j.ir.nest.Dependence;
import org.ntk4j.ir.schedule.Epilogue;
import org.ntk4j.ir.schedule.Epilogue.Part;
import org.ntk4j.ir.schedule.Expr;
import org.ntk4j.ir.schedule.Expr.Apply;
import org.ntk4j.ir.schedule.Expr.Guarded;
import org.ntk4j.ir.schedule.Expr.Load;
import org.ntk4j.ir.schedule.Index;
import org.ntk4j.ir.schedule.LoopNest;
import org.ntk4j.ir.schedule.LoopNest.Combine;
import org.ntk4j.ir.schedule.LoopNest.Slot;
import org.ntk4j.ir.schedule.LoopNest.Store;
import org.ntk4j.ir.schedule.MatrixProduct;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Schedule.Buffer;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.StepTimes;

/// The search in one schedule, nest by nest.
final class EpilogueSearch {
  /// What is done with an element is written out for every element that a thread has: with more of
  /// it, programs become long, and sums leave the registers.
  private static final double MOST_WORK = 32;

  private static final int MOST_SLOTS = 8;

  /// Where there are no more elements, it hardly counts in which order memory is gone through.
  private static final long FEW = 1 << 16;

  /// Fewer neighbours are no better than none.
  private static final long RUN = 8;

  private final Schedule schedule;
  private final Predicate<MatrixProduct> chosen;
  private final List<Buffer> buffers;
  private List<Step> steps;
  private BufferUses uses;

  EpilogueSearch(Schedule schedule, Predicate<MatrixProduct> chosen) {
    this.schedule = schedule;
    this.chosen = chosen;
    this.buffers = new ArrayList<>(schedule.buffers());
    this.steps = new ArrayList<>(schedule.steps());
    this.uses = new BufferUses(steps);
  }

  Schedule run() {
    for (int at = 0; at < steps.size(); at++) {
      if (steps.get(at) instanceof Step.Loops) {
        at = nest(at);
      }
    }
    return schedule(steps);
  }

  private Schedule schedule(List<Step> changed) {
    return new Schedule(buffers, schedule.inputs(), schedule.outputs(), changed);
  }

  /// Gives what the nest at `at` does to products: the last one does all that is left, if it can,
  /// and those before it a part. Returns where the nest was, or is.
  private int nest(int at) {
    Set<Integer> tried = new HashSet<>();
    for (List<Candidate> open = candidates(at, tried); !open.isEmpty(); ) {
      Candidate c = open.getFirst();
      if (open.size() == 1 && whole(c, at)) {
        return at - 1;
      }
      part(c, at);
      tried.add(c.product().result());
      open = candidates(at, tried);
    }
    return at;
  }

  /// In the order of the products.
  private List<Candidate> candidates(int at, Set<Integer> tried) {
    Step.Loops loops = (Step.Loops) steps.get(at);
    return IntStream.range(0, loops.buffers().size())
        .filter(slot -> !tried.contains(loops.buffers().get(slot)))
        .mapToObj(slot -> candidate(at, loops, slot))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparingInt(Candidate::producer))
        .toList();
  }

  private Optional<Candidate> candidate(int at, Step.Loops loops, int slot) {
    int buffer = loops.buffers().get(slot);
    List<Integer> users = uses.of(buffer);
    if (!(buffers.get(buffer) instanceof Buffer.Temporary) || users.size() != 2) {
      return Optional.empty();
    }
    int producer = users.getFirst();
    boolean usable =
        producer < at
            && steps.get(producer) instanceof Step.Product p
            && p.product().dtype().isFloating()
            && chosen.test(p.product());
    return usable
        ? Candidate.of(producer, (Step.Product) steps.get(producer), loops, slot)
        : Optional.empty();
  }

  /// Moves the nest into the product, and the product to where all else that the nest reads is
  /// complete.
  private boolean whole(Candidate c, int at) {
    if (!c.nest().stores().stream().allMatch(s -> s.combine() == Combine.SET)) {
      return false;
    }
    Optional<Step.Fused> fused = fused(c, c.nest(), c.buffers());
    if (fused.isEmpty()) {
      return false;
    }
    List<Step> changed = new ArrayList<>(steps);
    changed.remove(at);
    int complete = fused.get().reads().stream().mapToInt(uses::complete).max().orElse(0);
    changed.add(Math.max(complete, c.producer() + 1), fused.get());
    changed.remove(c.producer());
    if (bytes(changed) > bytes(steps)) { // Factors are needed longer.
      return false;
    }
    steps = changed;
    uses = new BufferUses(steps);
    return true;
  }

  private long bytes(List<Step> all) {
    return MemoryPlan.of(schedule(all), _ -> 0).arenaBytes();
  }

  /// The product of `c` with `nest`, if that is worth while.
  private static Optional<Step.Fused> fused(Candidate c, LoopNest nest, List<Integer> buffers) {
    UsedSlots used = UsedSlots.of(nest, buffers, c.slot());
    boolean fits =
        used.buffers().size() <= MOST_SLOTS
            && StepTimes.work(nest) <= MOST_WORK
            && (nest.iterations() <= FEW || goesAlong(used.nest(), c));
    return fits
        ? Optional.of(
            new Step.Fused(
                c.product().product(),
                c.product().left(),
                c.product().right(),
                new Epilogue(used.nest(), c.parts()),
                used.buffers().subList(1, used.buffers().size())))
        : Optional.empty();
  }

  /// Whether neighbours in a row of the result are neighbours in all that `nest` uses: else another
  /// order of its iterations is better.
  private static boolean goesAlong(LoopNest nest, Candidate c) {
    int columns = c.product().product().batch().size() + 1;
    int fastest = c.parts().indexOf(new Part(columns, 1));
    Stream<Index> indices =
        Stream.concat(
            Accesses.of(nest).loads().stream().filter(l -> l.slot() != 0).map(Load::at),
            nest.stores().stream().map(Store::at));
    long run = fastest < 0 ? 1 : nest.extents().get(fastest);
    return run >= Math.min(RUN, c.product().product().columns())
        && indices.allMatch(
            i -> fastest < 0 || i.isAffine() && Math.abs(i.coefficient(fastest)) <= 1);
  }

  /// Gives the product the largest expression around its element of which everything is known
  /// there; the nest reads its value in place of the element.
  private void part(Candidate c, int at) {
    Optional<Expr> found = known(c);
    if (found.isEmpty()) {
      return;
    }
    Expr value = found.get();
    long elements = c.nest().iterations();
    List<Slot> slots = new ArrayList<>(c.nest().slots());
    List<Integer> of = new ArrayList<>(c.buffers());
    slots.add(new Slot(value.dtype(), elements, true));
    of.add(buffers.size());
    Store store = new Store(slots.size() - 1, Combine.SET, List.of(), c.at(), value);
    Optional<Step.Fused> fused =
        fused(c, new LoopNest(c.nest().extents(), slots, List.of(store)), of);
    if (fused.isPresent()) {
      buffers.add(new Buffer.Temporary(value.dtype(), elements));
      steps.set(c.producer(), fused.get());
      steps.set(at, reading(c, value));
      uses = new BufferUses(steps);
    }
  }

  /// The nest of `c`, which reads `value` from the last buffer.
  private Step.Loops reading(Candidate c, Expr value) {
    List<Slot> slots = new ArrayList<>(c.nest().slots());
    slots.set(c.slot(), new Slot(value.dtype(), c.nest().iterations(), false));
    List<Integer> of = new ArrayList<>(c.buffers());
    of.set(c.slot(), buffers.size() - 1);
    Replacement replacement =
        new Replacement(slot -> slot).with(value, new Load(c.slot(), value.dtype(), c.at()));
    List<Store> stores = c.nest().stores().stream().map(replacement::of).toList();
    UsedSlots used = UsedSlots.of(new LoopNest(c.nest().extents(), slots, stores), of);
    return new Step.Loops(used.nest(), used.buffers());
  }

  /// The one largest expression of the nest that has all loads of the element, and others, and is
  /// known where the element is.
  private Optional<Expr> known(Candidate c) {
    Dependence dependence = new Dependence(c.nest());
    Set<Expr> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Expr> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    c.nest().stores().forEach(s -> find(s.value(), c, dependence, seen, found));
    if (found.size() != 1) {
      return Optional.empty();
    }
    return found.stream()
        .filter(e -> loads(e).stream().anyMatch(l -> l.slot() != c.slot()))
        .findFirst();
  }

  private void find(Expr e, Candidate c, Dependence dependence, Set<Expr> seen, Set<Expr> found) {
    List<Load> loads = loads(e);
    if (!seen.add(e) || loads.stream().noneMatch(l -> l.slot() == c.slot())) {
      return;
    }
    if (dependence.isSafe(e) && loads.stream().allMatch(l -> isKnown(l, c))) {
      found.add(e);
      return;
    }
    switch (e) {
      case Apply(_, _, var operands) -> {
        for (Expr x : operands) {
          find(x, c, dependence, seen, found);
        }
      }
      case Guarded(_, var inside, var outside) -> {
        find(inside, c, dependence, seen, found);
        find(outside, c, dependence, seen, found);
      }
      case Load _, Expr.Constant _, Expr.Position _, Expr.Quotient _ -> found.add(e);
    }
  }

  /// Whether what is loaded is complete when the product starts.
  private boolean isKnown(Load load, Candidate c) {
    int buffer = c.buffers().get(load.slot());
    return load.slot() == c.slot() || uses.complete(buffer) <= c.producer();
  }

  private static List<Load> loads(Expr e) {
    Slot none = new Slot(e.dtype(), 0, true);
    Store store = new Store(0, Combine.SET, List.of(), Index.constant(0, 0), e);
    return Accesses.of(new LoopNest(List.of(), List.of(none), List.of(store))).loads();
  }
}
