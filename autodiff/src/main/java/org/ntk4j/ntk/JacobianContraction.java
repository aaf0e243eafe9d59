package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.pass.Demand;

/// `K[..] = Σ_θ Σ_w J[n,a,w] J'[n',a',w]` from the Jacobians of both sides.
///
/// If examples are independent, a Jacobian is computed example by example (batched), else over all
/// elements of the outputs; in forward mode by columns, for all examples at once.
final class JacobianContraction {
  private final KernelSetting setting;
  private final Builder b = new Builder();

  private JacobianContraction(KernelSetting setting) {
    this.setting = setting;
  }

  /// The program `(parameters.., x1.., x2..) -> NTKs.., NNGPs..`.
  static KernelProgram emit(KernelSetting setting) {
    return new JacobianContraction(setting).emit();
  }

  private KernelProgram emit() {
    KernelSetting.Inputs inputs = setting.inputs();
    Set<Integer> wanted = new TreeSet<>();
    setting.problem().entries().forEach(entry -> wanted.add(entry.first()));
    Set<Integer> wantedSecond = setting.symmetric() ? wanted : new TreeSet<>();
    setting.problem().entries().forEach(entry -> wantedSecond.add(entry.second()));
    Jacobians first = jacobians(setting.problem().first(), setting.first(), inputs.first(), wanted);
    Jacobians second =
        setting.symmetric()
            ? first
            : jacobians(setting.secondProgram(), setting.second(), inputs.second(), wantedSecond);
    List<Atom> kernels = new ArrayList<>();
    setting.problem().entries().forEach(entry -> kernels.addAll(kernels(entry, first, second)));
    kernels.addAll(setting.nngp(b, first.outputs(), second.outputs()));
    // Else all Jacobians would be formed before the first of them is contracted.
    return new KernelProgram(Demand.order(b.build(inputs.all(), kernels)), plan());
  }

  private Jacobians jacobians(
      Program p, Optional<PerExample> single, List<? extends Atom> args, Set<Integer> wanted) {
    List<Boolean> active = setting.active();
    if (setting.forwardMode()) {
      return Jacobians.forward(b, p, active, args, wanted);
    }
    return single
        .map(one -> Jacobians.perExample(b, one, active, args, wanted))
        .orElseGet(() -> Jacobians.reverse(b, p, active, args, wanted));
  }

  private List<Atom> kernels(KernelEntry entry, Jacobians first, Jacobians second) {
    KernelProduct product = setting.product(entry);
    List<Atom> terms = new ArrayList<>();
    for (int k = 0; k < setting.activeParameters().size(); k++) {
      Atom x = KernelSetting.convert(b, first.of(entry.first(), k), setting.dtype(entry));
      Atom y = KernelSetting.convert(b, second.of(entry.second(), k), setting.dtype(entry));
      terms.add(product.contract(b, x, y));
    }
    if (setting.problem().perParameter()) {
      return terms;
    }
    return List.of(terms.stream().reduce((x, y) -> b.emit(new Add(), x, y)).orElseThrow());
  }

  private List<TermPlan> plan() {
    List<TermPlan> plan = new ArrayList<>();
    for (int k : setting.activeParameters()) {
      Aval w = setting.problem().first().inputs().get(k).aval();
      long operations = 0;
      long bytes = 0;
      for (KernelEntry entry : setting.problem().entries()) {
        KernelProduct product = setting.product(entry);
        long rows = setting.firstAval(entry).size();
        long columns = setting.secondAval(entry).size();
        long traced =
            entry.axes().trace().stream()
                .mapToLong(product.first()::dim)
                .reduce(1, Math::multiplyExact);
        long all = 2 * product.shape().size() * traced * w.size();
        boolean half = setting.symmetric() && entry.first() == entry.second();
        operations += half ? all / 2 : all;
        bytes += (half ? rows : rows + columns) * w.size() * w.dtype().sizeBytes();
      }
      plan.add(
          new TermPlan(
              setting.problem().names().get(k),
              Optional.of(w.shape()),
              1,
              "dense",
              "outside-in",
              operations,
              bytes,
              List.of()));
    }
    return plan;
  }
}
