package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.schedule.Rates;

/// The programs of all implementations considered, and the choice between them.
final class Plans {
  private static final List<Implementation> CONSIDERED =
      List.of(
          Implementation.STRUCTURED_DERIVATIVES,
          Implementation.JACOBIAN_CONTRACTION,
          Implementation.NTK_VECTOR_PRODUCTS);

  private final NtkOptions options;
  private final KernelSetting setting;
  private final List<String> notes = new ArrayList<>();

  /// What is noted of the examples last: why they cannot be looked at one at a time, if so.
  private final String independence;

  /// An implementation that is possible.
  record Candidate(Prediction prediction, KernelSetting setting, KernelProgram program) {}

  /// What was chosen.
  ///
  /// @param tiles how it is computed in tiles, if it is
  record Choice(Explanation explanation, Optional<TiledKernel> tiles) {}

  Plans(
      NtkOptions options,
      KernelProblem problem,
      List<KernelEntry> nngp,
      Independence one,
      Optional<Independence> two) {
    this.options = options;
    note(one, two);
    this.setting =
        new KernelSetting(
            problem,
            nngp,
            perExample(problem.first(), one),
            two.flatMap(i -> perExample(problem.second().orElseThrow(), i)),
            options.forwardMode());
    this.independence = notes.getLast();
  }

  private void note(Independence one, Optional<Independence> two) {
    Independence failed = two.filter(i -> !i.holds()).orElse(one);
    notes.add(
        failed.holds() ? "examples are independent" : "examples interact: " + failed.reason());
  }

  private Optional<PerExample> perExample(Program p, Independence independence) {
    if (!independence.holds()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PerExample.of(p, independence.inputs(), independence.examples()));
    } catch (PerExample.Unsupported reason) {
      notes.add("one example at a time is not possible: " + reason.getMessage());
      return Optional.empty();
    }
  }

  /// The program asked for, or the cheapest; in tiles if it would take more memory than it may.
  ///
  /// @param recorders the network on each side, recorded for some number of examples
  /// @param limit bytes that may be used
  /// @throws MemoryException if the kernel does not fit
  Choice choose(TileNetwork.Recorders recorders, long limit) {
    boolean auto = options.implementation() == Implementation.AUTO;
    List<Candidate> candidates =
        auto
            ? candidates()
            : List.of(candidate(options.implementation(), setting, options.rates()));
    Tiling.Chosen chosen =
        new Tiling(options, setting, recorders, limit).choose(candidates, independence);
    Explanation explanation =
        new Explanation(
            chosen.candidate().prediction().implementation(),
            auto,
            chosen.candidate().program().plan(),
            candidates.stream().map(Candidate::prediction).toList(),
            notes,
            chosen.tiles().map(TiledKernel::plan),
            chosen.candidate().program().program());
    return new Choice(explanation, chosen.tiles());
  }

  /// All that are possible, cheapest first. A network without reverse mode (a `while` on the way)
  /// still has Jacobians by columns.
  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    List<IllegalArgumentException> refusals = new ArrayList<>();
    for (Attempt attempt : attempts()) {
      attempt.candidate().ifPresent(candidates::add);
      attempt
          .refusal()
          .ifPresent(refused -> {
            notes.add(attempt.implementation() + " is not possible: " + refused.getMessage());
            refusals.add(refused);
          });
    }
    if (candidates.isEmpty() && !setting.forwardMode()) {
      try {
        candidates.add(
            candidate(Implementation.JACOBIAN_CONTRACTION, setting.byColumns(), options.rates()));
        notes.add("the Jacobian is computed by forward mode");
      } catch (IllegalArgumentException refused) {
        refusals.forEach(refused::addSuppressed);
        throw refused;
      }
    }
    if (candidates.isEmpty()) {
      throw refusals.getFirst();
    }
    candidates.sort(Comparator.comparingDouble(c -> c.prediction().seconds()));
    return candidates;
  }

  /// What became of an implementation: a candidate, or why it is none.
  private record Attempt(
      Implementation implementation,
      Optional<Candidate> candidate,
      Optional<IllegalArgumentException> refusal) {}

  /// All that are considered, in order. They are emitted in several threads: none depends on
  /// another.
  private List<Attempt> attempts() {
    // If they have to be measured, the machine is to do nothing else meanwhile.
    Rates rates = options.rates().get();
    return CONSIDERED.parallelStream().map(i -> attempt(i, () -> rates)).toList();
  }

  private Attempt attempt(Implementation implementation, Supplier<Rates> rates) {
    try {
      Candidate candidate = candidate(implementation, setting, rates);
      return new Attempt(implementation, Optional.of(candidate), Optional.empty());
    } catch (IrException e) {
      throw new IllegalStateException("bug: " + implementation + " emits an ill-formed program", e);
    } catch (IllegalArgumentException refused) {
      return new Attempt(implementation, Optional.empty(), Optional.of(refused));
    }
  }

  private Candidate candidate(
      Implementation implementation, KernelSetting setting, Supplier<Rates> rates) {
    KernelProgram emitted = Emission.of(implementation, setting, options.structure());
    Prediction prediction =
        new Predictor(rates)
            .predict(implementation, emitted.program())
            .withPeakBytes(options.memory().model().peakBytes(emitted.program()));
    return new Candidate(prediction, setting, emitted);
  }
}
