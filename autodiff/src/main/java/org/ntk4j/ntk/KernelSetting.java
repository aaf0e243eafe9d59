package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelEntry;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.core.DType;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.op.Convert;

/// What an implementation is given: the kernels asked for, and what was found out about the
/// network.
///
/// @param problem the network, and the NTKs asked for
/// @param nngp the NNGP kernels asked for
/// @param first the first side as a function of one example, if its examples are independent
/// @param second the second side as a function of one example, likewise
/// @param forwardMode whether Jacobians are computed by columns in place of rows
record KernelSetting(
    KernelProblem problem,
    List<KernelEntry> nngp,
    Optional<PerExample> first,
    Optional<PerExample> second,
    boolean forwardMode) {
  KernelSetting {
    nngp = List.copyOf(nngp);
  }

  /// The same with Jacobians by columns.
  KernelSetting byColumns() {
    return new KernelSetting(problem, nngp, first, second, true);
  }

  /// The network at the second examples.
  Program secondProgram() {
    return problem.second().orElse(problem.first());
  }

  /// Whether the second examples are the first.
  boolean symmetric() {
    return problem.second().isEmpty();
  }

  /// For each input of the network whether it is differentiated.
  List<Boolean> active() {
    int inputs = problem.first().inputs().size();
    return IntStream.range(0, inputs)
        .mapToObj(i -> i < problem.parameters() && problem.active().get(i))
        .toList();
  }

  /// Numbers of the active parameters.
  List<Integer> activeParameters() {
    return IntStream.range(0, problem.parameters())
        .filter(i -> problem.active().get(i))
        .boxed()
        .toList();
  }

  /// Where the axes of `entry` are.
  KernelProduct product(KernelEntry entry) {
    return new KernelProduct(firstAval(entry).shape(), secondAval(entry).shape(), entry.axes());
  }

  /// The aval of the first output of `entry`.
  Aval firstAval(KernelEntry entry) {
    return problem.first().outputs().get(entry.first()).aval();
  }

  /// The aval of the second output of `entry`.
  Aval secondAval(KernelEntry entry) {
    return secondProgram().outputs().get(entry.second()).aval();
  }

  /// The dtype of the kernel: the wider one of its outputs'.
  DType dtype(KernelEntry entry) {
    boolean wide = firstAval(entry).dtype() == DType.F64 || secondAval(entry).dtype() == DType.F64;
    return wide ? DType.F64 : DType.F32;
  }

  /// `x` with the floating-point dtype `to`.
  static Atom convert(Builder b, Atom x, DType to) {
    return x.aval().dtype() == to ? x : b.emit(new Convert(to), x);
  }

  /// Inputs of the kernel program, and which of them each side takes.
  ///
  /// @param all parameters, first inputs, second inputs
  record Inputs(List<Var> all, List<Var> first, List<Var> second) {}

  /// Fresh inputs.
  Inputs inputs() {
    List<Var> first = problem.first().inputAvals().stream().map(Var::new).toList();
    if (symmetric()) {
      return new Inputs(first, first, first);
    }
    int parameters = problem.parameters();
    List<Aval> avals = secondProgram().inputAvals();
    List<Var> x2 = avals.subList(parameters, avals.size()).stream().map(Var::new).toList();
    List<Var> all = new ArrayList<>(first);
    all.addAll(x2);
    List<Var> second = new ArrayList<>(first.subList(0, parameters));
    second.addAll(x2);
    return new Inputs(all, first, second);
  }

  /// The NNGP kernels of these outputs.
  List<Atom> nngp(Builder b, List<Atom> y1, List<Atom> y2) {
    List<Atom> kernels = new ArrayList<>();
    for (KernelEntry entry : nngp) {
      Atom x = convert(b, y1.get(entry.first()), dtype(entry));
      Atom y = convert(b, y2.get(entry.second()), dtype(entry));
      kernels.add(product(entry).contract(b, x, y));
    }
    return kernels;
  }
}
