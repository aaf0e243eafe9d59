package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProgram;
import org.ntk4j.autodiff.structure.TermPlan;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ntk.KernelProduct.Axis;

/// The kernel by columns: for each element `a'` of the second outputs a reverse pass gives `g[w] =
/// J'[a',w]`, and a forward pass `K[.., a'] = Σ_w J[..,w] g[w]`.
///
/// One gradient exists at a time, and never a Jacobian. Traced axes are summed as the columns come,
/// so that no more than the result is ever held; with independent examples, a column costs a
/// reverse pass of one example, and, if the example axis is traced or diagonal, a forward pass of
/// one.
final class NtkVectorProducts {
  private final KernelSetting setting;
  private final Builder b = new Builder();

  private NtkVectorProducts(KernelSetting setting) {
    this.setting = setting;
  }

  /// The program `(parameters.., x1.., x2..) -> NTKs.., NNGPs..`.
  static KernelProgram emit(KernelSetting setting) {
    return new NtkVectorProducts(setting).emit();
  }

  private KernelProgram emit() {
    KernelSetting.Inputs inputs = setting.inputs();
    LinearSide first =
        LinearSide.of(b, setting.problem().first(), setting.active(), inputs.first());
    List<Atom> y2 =
        setting.symmetric() ? first.outputs() : b.inline(setting.secondProgram(), inputs.second());
    List<Atom> kernels = new ArrayList<>();
    for (KernelEntry entry : setting.problem().entries()) {
      kernels.addAll(new Entry(entry, inputs, first).kernels());
    }
    kernels.addAll(setting.nngp(b, first.outputs(), y2));
    Program program = b.build(inputs.all(), kernels);
    return new KernelProgram(program, plan(program));
  }

  /// Parameters have no terms of their own.
  private static List<TermPlan> plan(Program p) {
    Cost cost = Cost.of(p);
    return List.of(
        new TermPlan(
            "all parameters",
            Optional.empty(),
            1,
            "not formed",
            "left-to-right",
            cost.operations(),
            cost.bytes(),
            List.of()));
  }

  /// One kernel.
  private final class Entry {
    private final KernelEntry entry;
    private final KernelProduct product;
    private final KernelSetting.Inputs inputs;
    private final LinearSide first;
    private final boolean single;

    Entry(KernelEntry entry, KernelSetting.Inputs inputs, LinearSide first) {
      this.entry = entry;
      this.product = setting.product(entry);
      this.inputs = inputs;
      this.first = first;
      this.single = setting.first().isPresent() && second().isPresent();
    }

    private Optional<PerExample> second() {
      return setting.symmetric() ? setting.first() : setting.second();
    }

    List<Atom> kernels() {
      List<Atom> raw = single ? byExample() : overall();
      return raw.stream()
          .map(x -> KernelSetting.convert(b, x, setting.dtype(entry)))
          .map(x -> product.interleave(b, x, present()))
          .map(x -> product.scaled(b, x))
          .toList();
    }

    /// The axes of what the loops return.
    private List<Axis> present() {
      List<Axis> present = new ArrayList<>();
      IntStream.range(0, product.second().rank())
          .filter(k -> !entry.axes().trace().contains(k))
          .forEach(k -> present.add(new Axis(k, entry.axes().diagonal().contains(k) ? 0 : 1)));
      product.free(product.first().rank()).forEach(k -> present.add(new Axis(k, 0)));
      return present;
    }

    private List<Atom> overall() {
      LinearSide second =
          setting.symmetric()
              ? first
              : LinearSide.of(b, setting.secondProgram(), setting.active(), inputs.second());
      return new Columns(entry, first, second, 0, perParameter()).emit(b);
    }

    private List<Integer> perParameter() {
      int count = setting.activeParameters().size();
      return setting.problem().perParameter()
          ? IntStream.range(0, count).boxed().toList()
          : List.of();
    }

    /// A loop over the second examples, and with a shared example axis over the first ones, too.
    private List<Atom> byExample() {
      PerExample one = setting.first().orElseThrow();
      PerExample two = second().orElseThrow();
      boolean shared = entry.axes().unifies(0);
      List<Atom> twos = two.arguments(b, inputs.second());
      List<Atom> ones = shared ? one.arguments(b, inputs.first()) : List.of();
      List<Boolean> onesBatched = shared ? one.batched() : List.of();
      List<Atom> xs = new ArrayList<>(batched(twos, two.batched()));
      int own = xs.size();
      xs.addAll(batched(ones, onesBatched));
      Loop.Body body =
          (inner, elements) -> {
            LinearSide pull = side(inner, two, twos, elements.subList(0, own));
            LinearSide push =
                shared ? side(inner, one, ones, elements.subList(own, elements.size())) : first;
            return new Columns(entry, push, pull, 1, perParameter()).emit(inner);
          };
      return entry.axes().trace().contains(0)
          ? Loop.sum(b, two.examples(), xs, body)
          : Loop.stack(b, two.examples(), xs, body);
    }

    private static List<Atom> batched(List<Atom> arguments, List<Boolean> batched) {
      return IntStream.range(0, arguments.size())
          .filter(batched::get)
          .mapToObj(arguments::get)
          .toList();
    }

    private LinearSide side(
        Builder inner, PerExample one, List<Atom> arguments, List<Var> elements) {
      List<Atom> args = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < arguments.size(); i++) {
        args.add(one.batched().get(i) ? elements.get(next++) : arguments.get(i));
      }
      List<Boolean> active = new ArrayList<>(setting.active());
      active.add(false);
      return LinearSide.of(inner, one.program(), active, args);
    }
  }
}
