package org.ntk4j.cli.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ntk4j.autodiff.Derivatives;
import org.ntk4j.core.DType;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Program;
import org.ntk4j.ir.eval.Evaluator;
import org.ntk4j.ntk.Network;
import org.ntk4j.ntk.Networks;

/// The kernel by its definition, `K[i, j] = Σ_w ∂y[i]/∂θ[w] · ∂y'[j]/∂θ[w]` in `f64`, for the
/// elements `i` and `j` of the outputs in row-major order: one reverse pass for every element, and
/// plain loops over all parameters.
///
/// It shares no code with the kernels it judges but the reverse pass.
public final class BruteForce {
  private BruteForce() {}

  /// `g[i][p][w] = ∂y[i]/∂θ_p[w]` for each element `i` of an output and each parameter `p`.
  ///
  /// @param elements how many elements the outputs have, one output after the other
  public record Gradients(List<List<double[]>> elements) {
    public Gradients {
      elements = List.copyOf(elements);
    }

    /// The kernel with those of the other side; `[i][j]`.
    public double[][] kernel(Gradients other) {
      double[][] sum = new double[elements.size()][other.elements.size()];
      int parameters = elements.isEmpty() ? 0 : elements.getFirst().size();
      for (int p = 0; p < parameters; p++) {
        double[][] part = kernel(other, p);
        for (int i = 0; i < sum.length; i++) {
          for (int j = 0; j < sum[i].length; j++) {
            sum[i][j] += part[i][j];
          }
        }
      }
      return sum;
    }

    /// The part of parameter number `p`.
    public double[][] kernel(Gradients other, int p) {
      double[][] kernel = new double[elements.size()][other.elements.size()];
      for (int i = 0; i < kernel.length; i++) {
        for (int j = 0; j < kernel[i].length; j++) {
          kernel[i][j] = dot(elements.get(i).get(p), other.elements.get(j).get(p));
        }
      }
      return kernel;
    }
  }

  private static double dot(double[] g, double[] h) {
    double sum = 0;
    for (int w = 0; w < g.length; w++) {
      sum += g[w] * h[w];
    }
    return sum;
  }

  /// The gradients of all elements of the outputs, one output after the other.
  ///
  /// @param params of the network; computed with as `f64`
  /// @param x as it is, except that floating-point inputs become `f64`
  public static Gradients gradients(Network network, Tree<Tensor> params, Tree<Tensor> x) {
    return gradients(network, params, x, (_, _) -> {});
  }

  /// Told how many of how many gradients are done.
  @FunctionalInterface
  public interface Counter {
    void done(long some, long all);
  }

  /// The gradients, counted as they are done.
  public static Gradients gradients(
      Network network, Tree<Tensor> params, Tree<Tensor> x, Counter counter) {
    Tree<Tensor> wide = params.map(BruteForce::wide);
    Tree<Tensor> inputs = x.map(BruteForce::wide);
    Program f = Networks.program(network, Networks.avals(wide), Networks.avals(inputs)).program();
    List<Tensor> arguments = new ArrayList<>(wide.leaves());
    arguments.addAll(inputs.leaves());
    int count = wide.leaves().size();
    List<Boolean> active = new ArrayList<>(Collections.nCopies(arguments.size(), false));
    for (int i = 0; i < count; i++) {
      active.set(i, true);
    }
    Program reverse = Derivatives.vjp(f, active);
    List<List<double[]>> gradients = new ArrayList<>();
    long all = f.outputAvals().stream().mapToLong(Aval::size).sum();
    for (int output = 0; output < f.outputs().size(); output++) {
      for (long i = 0; i < f.outputAvals().get(output).size(); i++) {
        gradients.add(gradient(reverse, arguments, f.outputAvals(), output, i));
        counter.done(gradients.size(), all);
      }
    }
    return new Gradients(gradients);
  }

  private static Tensor wide(Tensor x) {
    return x.dtype().isFloating() ? x.to(DType.F64) : x;
  }

  private static List<double[]> gradient(
      Program reverse, List<Tensor> arguments, List<Aval> outputs, int output, long element) {
    List<Tensor> in = new ArrayList<>(arguments);
    for (int k = 0; k < outputs.size(); k++) {
      Tensor yBar = Tensor.zeros(DType.F64, outputs.get(k).shape());
      if (k == output) {
        yBar.setDouble(element, 1);
      }
      in.add(yBar);
    }
    List<Tensor> results = Evaluator.run(reverse, in);
    // The first results are the outputs themselves.
    return results.stream().skip(outputs.size()).map(Tensor::toDoubles).toList();
  }

  /// `max |K - expected| / max |expected|`, where `K` has the elements of `expected` row by row.
  public static double difference(double[] found, double[][] expected) {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        double off = Math.abs(found[i * expected[i].length + j] - expected[i][j]);
        difference = Double.isNaN(off) ? Double.NaN : Math.max(difference, off);
        largest = Math.max(largest, Math.abs(expected[i][j]));
      }
    }
    return largest == 0 ? difference : difference / largest;
  }
}
