package org.ntk4j.cli.demo;

import java.util.List;
import org.ntk4j.cli.report.BruteForce;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.pass.Cost;
import org.ntk4j.ntk.Explanation;
import org.ntk4j.ntk.Implementation;
import org.ntk4j.ntk.Ntk;
import org.ntk4j.ntk.Runner;

/// One implementation tried on the kernel between two sets of examples.
///
/// @param asked the implementation asked for
/// @param chosen the one that ran
/// @param planSeconds time to derive the kernel's program and to compile it, once for these shapes
/// @param runSeconds time to run it, not for the first time
/// @param operations arithmetic operations of the program, counted
/// @param peakBytes largest sum of tensors alive while it ran, its inputs excepted
/// @param kernel `[n1, n2]`
record Trial(
    Implementation asked,
    Implementation chosen,
    double planSeconds,
    double runSeconds,
    long operations,
    long peakBytes,
    Tensor kernel) {

  /// Runs the back end and remembers how much memory that took.
  private static final class Metered implements Runner {
    private long peakBytes;

    @Override
    public List<Tensor> run(Program p, List<Tensor> inputs) {
      try (TensorScope scope = TensorScope.open()) {
        List<Tensor> results =
            ProgramCache.standard().run(p, inputs, scope).stream().map(Tensor::copy).toList();
        peakBytes = scope.peakBytes();
        return results;
      }
    }
  }

  static Trial of(Implementation asked, SmallNetwork network, Tensor x1, Tensor x2) {
    var runner = new Metered();
    Ntk ntk = Ntk.of(network.function()).implementation(asked).runner(runner).build();
    long start = System.nanoTime();
    Explanation plan =
        ntk.explain(Tree.of(aval(x1)), Tree.of(aval(x2)), network.params().map(Trial::aval));
    ProgramCache.standard().compile(plan.program());
    long planned = System.nanoTime();
    ntk.compute(Tree.of(x1), Tree.of(x2), network.params());
    long before = System.nanoTime();
    Tensor kernel = ntk.compute(Tree.of(x1), Tree.of(x2), network.params()).values();
    long done = System.nanoTime();
    return new Trial(
        asked,
        plan.chosen(),
        1e-9 * (planned - start),
        1e-9 * (done - before),
        Cost.of(plan.program()).operations(),
        runner.peakBytes,
        kernel);
  }

  private static Aval aval(Tensor x) {
    return new Aval(x.dtype(), x.shape());
  }

  /// `max |K[n,n'] - expected[n][n']| / max |expected|` over the examples of `expected`.
  double differenceFrom(double[][] expected) {
    int columns = expected[0].length;
    double[] corner = new double[expected.length * columns];
    for (int i = 0; i < corner.length; i++) {
      long row = i / columns;
      corner[i] = kernel.getDouble(row * kernel.shape().dim(1) + i % columns);
    }
    return BruteForce.difference(corner, expected);
  }
}
