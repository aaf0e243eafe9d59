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
/// @param outputs how many outputs each of them has
/// @param kernel `[n a, n' a']`
record Truth(long examples, long outputs, List<double[]> kernel) {
  /// Numbers that all gradients together may be.
  private static final long NUMBERS = 60_000_000;

  private static final long EXAMPLES_MIN = 2;

  Truth {
    kernel = List.copyOf(kernel);
  }

  /// Of as many examples as there is room for.
  static Truth of(BenchmarkNetwork network, Exchange exchange) {
    long outputs = network.outputs();
    long one = network.parameterCount() * outputs;
    long room = Math.max(1, Runtime.getRuntime().maxMemory() / 2 / (one * Double.BYTES));
    long fitting = Math.min(room, Math.max(EXAMPLES_MIN, NUMBERS / one));
    long examples = Math.min(network.examples(), fitting);
    List<List<double[]>> elements = new ArrayList<>();
    for (long i = 0; i < examples; i++) {
      Tree<Tensor> x = only(exchange.inputs(), i);
      elements.addAll(BruteForce.gradients(network.network(), exchange.params(), x).elements());
    }
    Gradients gradients = new Gradients(elements);
    return new Truth(examples, outputs, List.of(gradients.kernel(gradients)));
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

  /// `max |K - truth| / max |truth|` over the first examples of a kernel of more.
  ///
  /// @param found `[n, n', a, a']`, or, the mean over `a = a'`, `[n, n']`
  double differenceOf(Tensor found) {
    boolean traced = found.rank() == 2;
    if (found.rank() != 4 && !traced || found.shape().dim(0) < examples) {
      throw new IllegalArgumentException(
          "the kernel is %s; expected 2 or 4 axes and %d examples or more"
              .formatted(found, examples));
    }
    double[][] expected = traced ? traced() : kernel.toArray(double[][]::new);
    int size = expected.length;
    long each = traced ? 1 : outputs;
    double[] corner = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        long block = i / each * found.shape().dim(1) + j / each;
        corner[i * size + j] = found.getDouble((block * each + i % each) * each + j % each);
      }
    }
    return BruteForce.difference(corner, expected);
  }

  private double[][] traced() {
    double[][] traced = new double[Math.toIntExact(examples)][Math.toIntExact(examples)];
    for (int i = 0; i < kernel.size(); i++) {
      for (int j = Math.toIntExact(i % outputs); j < kernel.size(); j += (int) outputs) {
        traced[(int) (i / outputs)][(int) (j / outputs)] += kernel.get(i)[j] / outputs;
      }
    }
    return traced;
  }
}
