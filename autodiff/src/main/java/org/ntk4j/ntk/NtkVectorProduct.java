package org.ntk4j.ntk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.ntk4j.autodiff.structure.KernelProblem;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Atom.Var;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Builder;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Held;
import org.ntk4j.ir.pass.Passes;
import org.ntk4j.ir.trace.Trace.TreeProgram;

/// The linear map `v -> Θ v`, `(Θ v)[n,a,..] = Σ_{n',a',..} K[n,a,..,n',a',..] v[n',a',..]`,
/// without the kernel: one reverse pass at `x2`, one forward pass at `x1`.
///
/// All axes are kept and nothing is divided: `K` is the full NTK, `traceAxes()`.
public final class NtkVectorProduct {
  private final Program program;
  private final List<Tensor> arguments;
  private final Tree<Aval> first;
  private final Tree<Aval> second;
  private final Runner runner;

  private NtkVectorProduct(
      Program program, List<Tensor> arguments, Tree<Aval> first, Tree<Aval> second, Runner runner) {
    this.program = program;
    this.arguments = List.copyOf(arguments);
    this.first = first;
    this.second = second;
    this.runner = runner;
  }

  /// The operator of the NTK of `x` with itself.
  public static NtkVectorProduct of(Network network, Tree<Tensor> x, Tree<Tensor> params) {
    return of(network, x, Optional.empty(), params, Runner.standard());
  }

  /// The operator of the NTK between `x1` and `x2`.
  public static NtkVectorProduct of(
      Network network, Tree<Tensor> x1, Tree<Tensor> x2, Tree<Tensor> params) {
    return of(network, x1, Optional.of(x2), params, Runner.standard());
  }

  /// The operator of the NTK between `x1` and `x2` (absent: `x1`), run by `runner`.
  public static NtkVectorProduct of(
      Network network,
      Tree<Tensor> x1,
      Optional<Tree<Tensor>> x2,
      Tree<Tensor> params,
      Runner runner) {
    Tree<Aval> theta = InputRules.avals("parameter", params);
    List<Boolean> active = theta.leaves().stream().map(Aval::isFloating).toList();
    InputRules.parameters(theta, active);
    Tree<Aval> avals1 = InputRules.avals("x1", x1);
    Optional<Tree<Aval>> avals2 = x2.map(x -> InputRules.avals("x2", x));
    avals2.ifPresent(avals -> InputRules.sides(avals1, avals, leading(avals1)));
    TreeProgram first = Networks.program(network, theta, avals1);
    Optional<TreeProgram> second =
        avals2.map(avals -> Networks.program(network, theta, Tree.zip(avals1, avals, (_, y) -> y)));
    InputRules.outputs(first.outputs());
    second.ifPresent(p -> InputRules.sameOutputs(first.outputs(), p.outputs()));
    KernelProblem problem =
        new KernelProblem(
            first.program(),
            second.map(TreeProgram::program),
            params.paths(),
            active,
            List.of(),
            false);
    List<Tensor> arguments = new ArrayList<>(params.leaves());
    arguments.addAll(x1.leaves());
    x2.ifPresent(x -> arguments.addAll(Tree.zip(x1, x, (_, y) -> y).leaves()));
    return new NtkVectorProduct(
        product(problem),
        arguments,
        first.outputs(),
        second.map(TreeProgram::outputs).orElse(first.outputs()),
        runner);
  }

  /// Axis 0 of every input that has one.
  private static List<OptionalInt> leading(Tree<Aval> x) {
    return x.leaves().stream()
        .map(aval -> aval.rank() > 0 ? OptionalInt.of(0) : OptionalInt.empty())
        .toList();
  }

  /// `(parameters.., x1.., x2.., v..) -> (Θ v)..`.
  private static Program product(KernelProblem problem) {
    KernelSetting setting =
        new KernelSetting(problem, List.of(), Optional.empty(), Optional.empty(), false);
    Builder b = new Builder();
    KernelSetting.Inputs inputs = setting.inputs();
    LinearSide one = LinearSide.of(b, problem.first(), setting.active(), inputs.first());
    LinearSide two =
        setting.symmetric()
            ? one
            : LinearSide.of(b, setting.secondProgram(), setting.active(), inputs.second());
    List<Var> v = two.outputs().stream().map(y -> new Var(y.aval())).toList();
    List<Atom> product = one.push(b, two.pull(b, v));
    List<Var> all = new ArrayList<>(inputs.all());
    all.addAll(v);
    return Passes.standard().apply(b.build(all, product));
  }

  /// The program `(parameters.., x1.., x2.., v..) -> (Θ v)..`.
  public Program program() {
    return program;
  }

  /// Promises that the parameters and inputs that it was made of will not change until what is
  /// returned is closed: a back end with memory of its own copies them there once, and not for each
  /// vector.
  public Held hold() {
    return runner.hold(arguments);
  }

  /// `Θ v` `[N1, ..]` for each output.
  ///
  /// @param v `[N2, ..]` for each output
  /// @throws IllegalArgumentException if `v` is not shaped like the outputs at `x2`
  public Tree<Tensor> apply(Tree<Tensor> v) {
    Tree<Aval> avals = InputRules.avals("v", v);
    Tree<Tensor> ordered;
    try {
      ordered = Tree.zip(second, v, (_, tensor) -> tensor);
    } catch (IllegalArgumentException different) {
      throw new IllegalArgumentException(
          "v is no vector over the outputs at x2: " + different.getMessage(), different);
    }
    List<Aval> given = Tree.zip(second, avals, (_, aval) -> aval).leaves();
    IntStream.range(0, given.size())
        .filter(i -> !given.get(i).equals(second.leaves().get(i)))
        .findFirst()
        .ifPresent(i -> {
          throw new IllegalArgumentException(
              "%s is %s, the output at x2 is %s"
                  .formatted(
                      InputRules.named("v", second.paths().get(i)),
                      given.get(i),
                      second.leaves().get(i)));
        });
    List<Tensor> inputs = new ArrayList<>(arguments);
    inputs.addAll(ordered.leaves());
    return first.unflatten(runner.run(program, inputs));
  }
}
