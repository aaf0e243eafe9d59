package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.autodiff.structure.StructuredKernel;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.IrException;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Passes;

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

  private record Candidate(Prediction prediction, KernelProgram program) {}

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

  /// The program asked for, or the cheapest.
  Explanation choose() {
    boolean auto = options.implementation() == Implementation.AUTO;
    List<Candidate> candidates =
        auto ? candidates() : List.of(candidate(options.implementation(), setting));
    Candidate best = candidates.getFirst();
    return new Explanation(
        best.prediction().implementation(),
        auto,
        best.program().plan(),
        candidates.stream().map(Candidate::prediction).toList(),
        notes,
        best.program().program());
  }

  /// All that are possible, cheapest first. A network without reverse mode (a `while` on the way)
  /// still has Jacobians by columns.
  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    List<IllegalArgumentException> refusals = new ArrayList<>();
    for (Implementation implementation : CONSIDERED) {
      try {
        candidates.add(candidate(implementation, setting));
      } catch (IrException e) {
        throw new IllegalStateException(
            "bug: " + implementation + " emits an ill-formed program", e);
      } catch (IllegalArgumentException refused) {
        notes.add(implementation + " is not possible: " + refused.getMessage());
        refusals.add(refused);
      }
    }
    if (candidates.isEmpty() && !setting.forwardMode()) {
      try {
        candidates.add(candidate(Implementation.JACOBIAN_CONTRACTION, setting.byColumns()));
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

  private Candidate candidate(Implementation implementation, KernelSetting setting) {
    KernelProgram emitted =
        switch (implementation) {
          case JACOBIAN_CONTRACTION -> JacobianContraction.emit(setting);
          case NTK_VECTOR_PRODUCTS -> NtkVectorProducts.emit(setting);
          case STRUCTURED_DERIVATIVES -> structured(setting);
          case AUTO -> throw new IllegalStateException("bug: AUTO is a choice, not a program");
        };
    Program program = Passes.standard().apply(emitted.program());
    return new Candidate(
        options.rates().predict(implementation, program),
        new KernelProgram(program, emitted.plan()));
  }

  /// The structured NTKs, then the NNGPs of the same forward passes.
  private KernelProgram structured(KernelSetting setting) {
    KernelProgram ntk = StructuredKernel.emit(setting.problem(), options.structure());
    if (setting.nngp().isEmpty()) {
      return ntk;
    }
    Builder b = new Builder();
    KernelSetting.Inputs inputs = setting.inputs();
    List<Atom> kernels = new ArrayList<>(b.inline(ntk.program(), inputs.all()));
    List<Atom> y1 = b.inline(setting.problem().first(), inputs.first());
    List<Atom> y2 = setting.symmetric() ? y1 : b.inline(setting.secondProgram(), inputs.second());
    kernels.addAll(setting.nngp(b, y1, y2));
    return new KernelProgram(b.build(inputs.all(), kernels), ntk.plan());
  }
}
