package org.ntk4j.cli.demo;

import java.util.ArrayList;
import java.util.List;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.ProgramCache;
import org.ntk4j.ir.trace.Trace;

/// Kernel regression of classes: `scores[n', c] = Σ_n K[n, n'] α[n, c]`, where `(K + ridge ·
/// mean(K[n, n]) · I) α = Y` and `Y[n, c]` is 9/10 for the class of `n`, else -1/10.
final class Regression {
  /// Enough to keep the solution stable, too little to change it.
  static final double RIDGE = 1e-4;

  private Regression() {}

  /// The class with the highest score, for each test example.
  ///
  /// @param train `[n, n]`, the kernel of the training examples
  /// @param test `[n, n']`, the kernel between training and test examples
  static List<Integer> classes(Tensor train, Tensor test, List<Integer> labels) {
    List<Tensor> inputs = List.of(regularized(train), test.to(DType.F64), targets(labels));
    List<Aval> avals = inputs.stream().map(x -> new Aval(x.dtype(), x.shape())).toList();
    Program solve =
        Trace.program(
            avals,
            in -> List.of(in.get(1).transpose(1, 0).matmul(in.get(0).positiveSolve(in.get(2)))));
    Tensor scores = ProgramCache.standard().run(solve, inputs).getFirst();
    List<Integer> classes = new ArrayList<>();
    for (long n = 0; n < scores.shape().dim(0); n++) {
      classes.add(best(scores, n * Digits.CLASSES));
    }
    return classes;
  }

  private static Tensor regularized(Tensor kernel) {
    Tensor sum = kernel.to(DType.F64).copy();
    long n = sum.shape().dim(0);
    double trace = 0;
    for (long i = 0; i < n; i++) {
      trace += sum.getDouble(i * (n + 1));
    }
    for (long i = 0; i < n; i++) {
      sum.setDouble(i * (n + 1), sum.getDouble(i * (n + 1)) + RIDGE * trace / n);
    }
    return sum;
  }

  private static Tensor targets(List<Integer> labels) {
    Tensor y = Tensor.fill(DType.F64, Shape.of(labels.size(), Digits.CLASSES), -0.1);
    for (int n = 0; n < labels.size(); n++) {
      y.setDouble((long) n * Digits.CLASSES + labels.get(n), 0.9);
    }
    return y;
  }

  private static int best(Tensor scores, long start) {
    int best = 0;
    for (int c = 1; c < Digits.CLASSES; c++) {
      if (scores.getDouble(start + c) > scores.getDouble(start + best)) {
        best = c;
      }
    }
    return best;
  }
}
