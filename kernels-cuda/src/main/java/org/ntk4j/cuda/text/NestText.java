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
    NestPieces pieces = new NestPieces(plan);
    scratchBytes = Math.max(scratchBytes, pieces.bytes()); // Kernels run one after another.
    add(pieces.first());
    add(NestPlanner.of(pieces.last(), deterministic, false, pieces.scratch(), tuning));
  }

  private void add(NestPlan plan) {
    String symbol = kernels.isEmpty() ? name : name + "_" + kernels.size();
    kernels.add(NestKernel.print(plan, symbol, tuning));
  }
}
