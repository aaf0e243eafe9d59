package org.ntk4j.cuda.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ntk4j.ir.nest.Collapse;
import org.ntk4j.ir.schedule.LoopNest;

/// Prints loop nests as CUDA C.
///
/// Sums have a fixed order, whatever the card: they are cut at places that depend on sizes alone.
/// Only what is added to elements that are computed has none, unless it is asked to be
/// deterministic: then one thread goes through all that may meet.
public final class NestText {
  private final boolean deterministic;
  private final NestTuning tuning;
  private final List<NestPlan> kernels = new ArrayList<>();
  private long scratchBytes;

  private NestText(boolean deterministic, NestTuning tuning) {
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
    return plan(nest, deterministic, tuning).print(name);
  }

  /// The code of `nest`, not printed yet.
  ///
  /// @param deterministic whether results must have the same bits always
  public static StepPlan plan(LoopNest nest, boolean deterministic) {
    return plan(nest, deterministic, NestTuning.CARD);
  }

  private static StepPlan plan(LoopNest nest, boolean deterministic, NestTuning tuning) {
    if (nest.iterations() == 0) {
      return StepPlan.NOTHING;
    }
    NestText text = new NestText(deterministic, tuning);
    for (NestGroup group : NestGroup.of(Collapse.of(nest))) {
      text.plan(group);
    }
    return new StepPlan(text.kernels.size(), text.scratchBytes, text::print);
  }

  private void plan(NestGroup group) {
    boolean owned = deterministic && group.shape() == NestGroup.Shape.SCATTERED;
    NestGroup spread = owned ? NestOwners.of(group, tuning) : group;
    NestPlan plan = NestPlanner.of(spread, deterministic, true, Map.of(), tuning);
    if (plan.mapping().pieces().isEmpty()) {
      kernels.add(plan);
      return;
    }
    NestPieces pieces = new NestPieces(plan);
    scratchBytes = Math.max(scratchBytes, pieces.bytes()); // Kernels run one after another.
    kernels.add(pieces.first());
    kernels.add(NestPlanner.of(pieces.last(), deterministic, false, pieces.scratch(), tuning));
  }

  private List<KernelText> print(String name) {
    List<KernelText> printed = new ArrayList<>();
    for (NestPlan kernel : kernels) {
      String symbol = printed.isEmpty() ? name : name + "_" + printed.size();
      printed.add(NestKernel.print(kernel, symbol, tuning));
    }
    return printed;
  }
}
