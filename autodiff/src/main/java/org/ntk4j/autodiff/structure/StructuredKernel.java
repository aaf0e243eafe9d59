package org.ntk4j.autodiff.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Literal;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;

/// The neural tangent kernel by structured derivatives, as a program.
///
/// `K[n, a, n', a'] = Σ_θ Σ_w ∂y[n, a]/∂θ[w] · ∂y'[n', a']/∂θ[w]`: the network is linearized in its
/// parameters and cut where their tangents first carry the examples; one backward pass gives the
/// cotangents of the uses at the cut; each pair of uses of a parameter is one einsum, whose order
/// of contraction is planned.
///
/// Source: Novak, Sohl-Dickstein, Schoenholz, "Fast Finite Width Neural Tangent Kernel", ICML 2022,
/// of whose four structures the names of indices here are the common form.
public final class StructuredKernel {
  private final Builder b = new Builder();
  private final KernelProblem problem;
  private final StructureOptions options;
  private final List<TermPlan> plan = new ArrayList<>();

  private StructuredKernel(KernelProblem problem, StructureOptions options) {
    this.problem = problem;
    this.options = options;
  }

  /// Emits the kernels of `problem`.
  public static KernelProgram emit(KernelProblem problem, StructureOptions options) {
    return new StructuredKernel(problem, options).run();
  }

  private KernelProgram run() {
    int count = problem.parameters();
    List<Var> parameters = fresh(problem.first().inputs().subList(0, count));
    List<Var> x1 = fresh(problem.first().inputs().subList(count, problem.first().inputs().size()));
    List<Var> inputs = new ArrayList<>(parameters);
    inputs.addAll(x1);
    NetworkSide first =
        NetworkSide.of(b, problem.first(), parameters, x1, problem.active(), options);
    NetworkSide second = first;
    if (problem.second().isPresent()) {
      Program other = problem.second().get();
      List<Var> x2 = fresh(other.inputs().subList(count, other.inputs().size()));
      inputs.addAll(x2);
      second = NetworkSide.of(b, other, parameters, x2, problem.active(), options);
    }
    List<Atom> outputs = new ArrayList<>();
    for (KernelEntry entry : problem.entries()) {
      outputs.addAll(entry(entry, first, second));
    }
    return new KernelProgram(b.build(inputs, outputs), plan);
  }

  private static List<Var> fresh(List<Var> vars) {
    return vars.stream().map(v -> new Var(v.aval())).toList();
  }

  private List<Atom> entry(KernelEntry entry, NetworkSide first, NetworkSide second) {
    Uses uses1 = first.uses(entry.first());
    Uses uses2 = second.uses(entry.second());
    boolean symmetric = first == second && entry.first() == entry.second();
    KernelShape shape =
        KernelShape.of(
            first.output(entry.first()).aval(), second.output(entry.second()).aval(), entry.axes());
    List<Atom> kernels = new ArrayList<>();
    boolean exact = true;
    List<Integer> active =
        IntStream.range(0, problem.parameters()).filter(problem.active()::get).boxed().toList();
    for (int k = 0; k < active.size(); k++) {
      ParameterTerms terms =
          new ParameterTerms(
              b,
              shape,
              uses1.of(first.tangent(k)),
              symmetric ? Optional.empty() : Optional.of(uses2.of(second.tangent(k))),
              options);
      Atom kernel = terms.emit();
      boolean mended = symmetric && problem.perParameter() && !terms.isExactlySymmetric();
      kernels.add(mended ? symmetrized(kernel, shape) : kernel);
      exact &= terms.isExactlySymmetric();
      plan.add(
          terms.plan(
              problem.names().get(active.get(k)),
              first.tangent(k).aval(),
              uses1.fallbacks(first.tangent(k))));
    }
    if (problem.perParameter()) {
      return kernels;
    }
    Aval aval = shape.aval();
    List<Atom> nonZero =
        kernels.stream().filter(a -> !(a instanceof Literal literal && literal.is(0))).toList();
    Atom sum = nonZero.stream().reduce((x, y) -> b.add(x, y)).orElse(Literal.of(0, aval));
    return List.of(symmetric && !exact ? symmetrized(sum, shape) : sum);
  }

  /// `(k + kᵀ) / 2`: a kernel of examples with themselves is symmetric to the last bit, whatever
  /// the order of contraction did to its rounding.
  private Atom symmetrized(Atom kernel, KernelShape shape) {
    return b.scale(b.add(kernel, b.transpose(kernel, shape.swap())), 0.5);
  }
}
