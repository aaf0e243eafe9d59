package org.ntk4j.cli.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ntk.Networks;

/// The kernel by its definition, `K[n, n'] = 1/A Σ_a Σ_w ∂y[n,a]/∂θ[w] · ∂y'[n',a]/∂θ[w]` in `f64`:
/// one reverse pass for every output of every example, and plain loops over all parameters.
///
/// It shares no code with the kernels it judges but the reverse pass.
final class BruteForce {
  private final List<Tensor> params;
  private final Program reverse;

  private BruteForce(SmallNetwork network, Aval example) {
    Tree<Tensor> wide = network.params().map(w -> w.to(DType.F64));
    params = wide.leaves();
    Tree<Aval> avals = wide.map(w -> new Aval(w.dtype(), w.shape()));
    Program f = Networks.program(network.function(), avals, Tree.of(example)).program();
    List<Boolean> active = new ArrayList<>(Collections.nCopies(params.size(), true));
    active.add(false);
    reverse = Derivatives.vjp(f, active);
  }

  /// The kernel between the examples `x1` and `x2`.
  static double[][] kernel(SmallNetwork network, Tensor x1, Tensor x2) {
    Aval example = new Aval(DType.F64, x1.shape().with(0, 1));
    BruteForce brute = new BruteForce(network, example);
    double[][][] first = brute.gradients(x1);
    double[][][] second = brute.gradients(x2);
    double[][] kernel = new double[first.length][second.length];
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < second.length; j++) {
        double sum = 0;
        for (int a = 0; a < Digits.CLASSES; a++) {
          sum += dot(first[i][a], second[j][a]);
        }
        kernel[i][j] = sum / Digits.CLASSES;
      }
    }
    return kernel;
  }

  private static double dot(double[] g, double[] h) {
    double sum = 0;
    for (int w = 0; w < g.length; w++) {
      sum += g[w] * h[w];
    }
    return sum;
  }

  /// `g[n][a][w] = ∂y[n,a]/∂θ[w]`.
  private double[][][] gradients(Tensor x) {
    double[][][] gradients = new double[(int) x.shape().dim(0)][Digits.CLASSES][];
    for (int n = 0; n < gradients.length; n++) {
      Tensor example = x.slice(n, n + 1).to(DType.F64);
      for (int a = 0; a < Digits.CLASSES; a++) {
        gradients[n][a] = gradient(example, a);
      }
    }
    return gradients;
  }

  private double[] gradient(Tensor example, int output) {
    Tensor yBar = Tensor.zeros(DType.F64, Shape.of(1, Digits.CLASSES));
    yBar.setDouble(output, 1);
    List<Tensor> arguments = new ArrayList<>(params);
    arguments.add(example);
    arguments.add(yBar);
    List<Tensor> results = Evaluator.run(reverse, arguments);
    // The first result is the output itself.
    return results.stream().skip(1).flatMapToDouble(g -> Arrays.stream(g.toDoubles())).toArray();
  }
}
