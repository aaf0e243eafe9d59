package org.ntk4j.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ntk4j.cli.report.BruteForce;
import org.ntk4j.cli.report.BruteForce.Gradients;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.Tree;

/// The kernel of the first few examples in `f64` by its definition, see [BruteForce].
///
/// @param examples how many
/// @param kernel `[n a, n' a']`, or `[n, n']` if it is traced
/// @param traced whether it is the mean over outputs
record Truth(long examples, List<double[]> kernel, boolean traced) {
  /// Numbers that all gradients together may be.
  private static final long NUMBERS = 150_000_000;

  private static final long EXAMPLES_MIN = 2;

  Truth {
    kernel = List.copyOf(kernel);
  }

  /// Of as many examples as there is room for.
  static Truth of(BenchmarkNetwork network, Exchange exchange) {
    long outputs = network.outputs();
    long one = network.parameterCount() * outputs;
    long room = Math.max(1, Runtime.getRuntime().maxMemory() / 3 / (one * Double.BYTES));
    long fitting = Math.min(room, Math.max(EXAMPLES_MIN, NUMBERS / one));
    long examples = Math.min(network.examples(), fitting);
    List<List<double[]>> elements = new ArrayList<>();
    for (long i = 0; i < examples; i++) {
      Tree<Tensor> x = only(exchange.inputs(), i);
      elements.addAll(BruteForce.gradients(network.network(), exchange.params(), x).elements());
    }
    Gradients gradients = new Gradients(elements);
    double[][] all = gradients.kernel(gradients);
    return new Truth(
        examples, network.traced() ? traced(all, outputs) : List.of(all), network.traced());
  }

  /// Examples are independent: one of them at a time has the same gradients.
  private static Tree<Tensor> only(Tree<Tensor> inputs, long example) {
    SequencedMap<String, Tree<Tensor>> one = new LinkedHashMap<>();
    List<String> names = inputs.paths();
    for (int i = 0; i < names.size(); i++) {
      Tensor x = inputs.leaves().get(i);
      boolean counted = names.get(i).equals(BenchmarkNetwork.EXAMPLES);
      one.put(names.get(i), Tree.of(counted ? x.slice(example, example + 1) : x));
    }
    return Tree.map(one);
  }

  private static List<double[]> traced(double[][] all, long outputs) {
    int count = Math.toIntExact(outputs);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < all.length; i += count) {
      double[] row = new double[all.length / count];
      for (int j = 0; j < all.length; j++) {
        for (int a = 0; a < count; a++) {
          row[j / count] += j % count == a ? all[i + a][j] / count : 0;
        }
      }
      rows.add(row);
    }
    return rows;
  }

  /// `max |K - truth| / max |truth|` over the first examples of a kernel of more.
  ///
  /// @param found `[n, n', a, a']`, or `[n, n']` if it is traced
  double differenceOf(Tensor found) {
    long rank = traced ? 2 : 4;
    if (found.rank() != rank || found.shape().dim(0) < examples) {
      throw new IllegalArgumentException(
          "the kernel is %s; expected %d axes and %d examples or more"
              .formatted(found, rank, examples));
    }
    long outputs = traced ? 1 : found.shape().dim(2);
    long columns = found.shape().dim(1);
    double[] corner = new double[kernel.size() * kernel.size()];
    for (int i = 0; i < kernel.size(); i++) {
      for (int j = 0; j < kernel.size(); j++) {
        long block = i / outputs * columns + j / outputs;
        corner[i * kernel.size() + j] =
            found.getDouble((block * outputs + i % outputs) * outputs + j % outputs);
      }
    }
    return BruteForce.difference(corner, kernel.toArray(double[][]::new));
  }
}
